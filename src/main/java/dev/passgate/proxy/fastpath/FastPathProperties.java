package dev.passgate.proxy.fastpath;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether ordinary polls are served without the filters of routes.
 *
 * @param enabled whether ordinary polls are served without the filters of routes; false has all of
 *     them go through the filters, as those do for which the fast path is not made
 */
@ConfigurationProperties("passgate.fast-path")
record FastPathProperties(@DefaultValue("true") boolean enabled) {}
