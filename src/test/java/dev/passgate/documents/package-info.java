/** That the documents of the project are true where a program can tell. */
@NullMarked
package dev.passgate.documents;

import org.jspecify.annotations.NullMarked;
