/** Who gets in: finds the credential in a request, and asks for the verdict on it. */
@NullMarked
package dev.passgate.gate;

import org.jspecify.annotations.NullMarked;
