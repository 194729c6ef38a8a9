/** What the product is made of: licences, reasons, known vulnerabilities. */
@NullMarked
package dev.passgate.supplychain;

import org.jspecify.annotations.NullMarked;
