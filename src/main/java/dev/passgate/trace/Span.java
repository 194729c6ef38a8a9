package dev.passgate.trace;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that was served.
 *
 * @param name the id of its route
 * @param parent the id of the span that it is in; null where it begins a trace
 * @param beganNanos since 1970
 * @param attributes of configured names, fixed words and numbers
 * @param failed whether the gateway or the cluster failed
 */
record Span(
    TraceContext context,
    @Nullable String parent,
    String name,
    long beganNanos,
    long endedNanos,
    Map<String, Object> attributes,
    boolean failed) {

  Span {
    attributes = Map.copyOf(attributes);
  }
}
