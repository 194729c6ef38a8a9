/** What every fixture needs: the console, the project's files, waiting with a limit. */
@NullMarked
package dev.passgate.testing;

import org.jspecify.annotations.NullMarked;
