/** Serves the description of what the gateway itself answers (OpenAPI 3.1). */
@NullMarked
package dev.passgate.openapi;

import org.jspecify.annotations.NullMarked;
