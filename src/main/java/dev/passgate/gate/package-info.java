/**
 * Who gets in: finds the credential in a request, asks for the verdict, and turns a refusal into an
 * answer.
 */
@NullMarked
package dev.passgate.gate;

import org.jspecify.annotations.NullMarked;
