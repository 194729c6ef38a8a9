package dev.passgate.proxy.fastpath;

import dev.passgate.limit.LimitProperties;
import dev.passgate.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.Compression;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.web.server.WebFilter;

/** What is configured that only the filters, and the framework around them, know how to do. */
final class FastPathObstacles {

  private static final String OWN = "dev.passgate.";

  private static final String CLOUD = "org.springframework.cloud.gateway.filter.";

  /** What of the framework a poll meets on its way, and the fast path does as well. */
  private static final Set<String> DONE =
      Set.of(
          CLOUD + "NettyRoutingFilter",
          CLOUD + "NettyWriteResponseFilter",
          CLOUD + "RouteToRequestUrlFilter",
          CLOUD + "headers.RemoveForwardedHeadersFilter",
          CLOUD + "headers.RemoveXForwardedHeadersFilter",
          CLOUD + "headers.RemoveHopByHopHeadersFilter",
          CLOUD + "headers.TransferEncodingNormalizationHeadersFilter");

  /**
   * What Spring Cloud Gateway takes for headers of one connection. Not its own constant, into which
   * Spring Boot binds the setting.
   */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "transfer-encoding",
          "te",
          "trailer",
          "proxy-authorization",
          "proxy-authenticate",
          "x-application-context",
          "upgrade");

  private final List<String> all = new ArrayList<>();

  FastPathObstacles(
      FastPathProperties settings,
      ServerProperties server,
      NettyServerProperties netty,
      WebFluxProperties webflux,
      GlobalCorsProperties cors,
      HttpClientProperties client,
      LimitProperties limits,
      Tracing tracing,
      ListableBeanFactory beans) {
    note(tracing.isOn(), "passgate.tracing.endpoint is set");
    note(!settings.enabled(), "passgate.fast-path.enabled=false");
    Compression compression = server.getCompression();
    note(compression != null && compression.getEnabled(), "server.compression.enabled=true");
    note(netty.getMaxKeepAliveRequests() != null, "server.netty.max-keep-alive-requests is set");
    // The listener counts as idle who waits for an answer that it does not know of.
    note(
        !isLonger(netty.getIdleTimeout(), limits.answerPause()),
        "server.netty.idle-timeout is not longer than passgate.limits.answer-pause");
    note(
        Boolean.getBoolean("reactor.netty.http.server.accessLogEnabled"),
        "reactor.netty.http.server.accessLogEnabled=true");
    note(webflux.getBasePath() != null, "spring.webflux.base-path is set");
    note(
        !cors.getCorsConfigurations().isEmpty(),
        "spring.cloud.gateway.server.webflux.globalcors is set");
    note(client.isWiretap(), "spring.cloud.gateway.server.webflux.httpclient.wiretap=true");
    note(
        beans.getBeansOfType(RemoveHopByHopHeadersFilter.class).values().stream()
            .anyMatch(filter -> !filter.getHeaders().equals(HOP_BY_HOP)),
        "spring.cloud.gateway.server.webflux.filter.remove-hop-by-hop.headers is set");
    Stream.of(
            WebFilter.class,
            GlobalFilter.class,
            HttpHeadersFilter.class,
            HttpClientCustomizer.class)
        .flatMap(type -> beans.getBeansOfType(type).values().stream())
        .map(bean -> bean.getClass().getName())
        .filter(name -> !name.startsWith(OWN) && !DONE.contains(name))
        .distinct()
        .forEach(name -> note(true, "there is a " + name));
  }

  private void note(boolean there, String obstacle) {
    if (there) {
      all.add(obstacle);
    }
  }

  private static boolean isLonger(@Nullable Duration idle, Duration pause) {
    return idle == null || idle.compareTo(pause) > 0;
  }

  /** Each in words for the log; empty where there is none. */
  List<String> all() {
    return List.copyOf(all);
  }
}
