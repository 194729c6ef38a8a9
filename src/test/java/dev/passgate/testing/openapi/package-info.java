/** Reads an OpenAPI description, and says where answers are not as it says. */
@NullMarked
package dev.passgate.testing.openapi;

import org.jspecify.annotations.NullMarked;
