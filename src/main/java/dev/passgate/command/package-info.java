/** What the program does other than to serve. */
@NullMarked
package dev.passgate.command;

import org.jspecify.annotations.NullMarked;
