package dev.passgate.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On tests that wait more than they compute, but need the JVM's event loops or log: they run first,
 * while those that are {@link BesideOthers} want the processors.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface MostlyWaits {}
