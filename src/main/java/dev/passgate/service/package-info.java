/** What the gateway answers by itself on its routes, in the place of a cluster. */
@NullMarked
package dev.passgate.service;

import org.jspecify.annotations.NullMarked;
