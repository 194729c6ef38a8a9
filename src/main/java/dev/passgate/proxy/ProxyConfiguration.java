package dev.passgate.proxy;

import dev.passgate.cluster.Clusters;
import dev.passgate.gate.CredentialNames;
import dev.passgate.gate.Gate;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.limit.LimitProperties;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.AuditLog;
import dev.passgate.observe.RequestMetrics;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.client.HttpClient;

/** Wires the way of a request to Trino. */
@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  @Bean
  ObservationFilter observationFilter(
      RequestMetrics metrics, AuditLog audit, ExternalAddress address, ApplicationContext context) {
    return new ObservationFilter(metrics, audit, address, context);
  }

  @Bean
  MainListenerFilter mainListenerFilter(ApplicationContext context) {
    return new MainListenerFilter(context);
  }

  @Bean
  AccessFilter accessFilter(
      Gate gate, CredentialNames credentials, ExternalAddress address, GatewayProperties gateway) {
    gateway
        .getRoutes()
        .forEach(
            route -> Access.of(Objects.requireNonNullElse(route.getId(), ""), route.getMetadata()));
    return new AccessFilter(gate, new HeaderFirewall(credentials), address);
  }

  @Bean
  RequestBodyFilter requestBodyFilter(LimitProperties limits) {
    return new RequestBodyFilter(limits);
  }

  @Bean
  ClusterFilter clusterFilter(Clusters clusters) {
    return new ClusterFilter(clusters);
  }

  @Bean
  RewriteFilter rewriteFilter(ExternalAddress address, RequestMetrics metrics) {
    return new RewriteFilter(address, metrics);
  }

  @Bean
  SessionAuthorizationFilter sessionAuthorizationFilter(
      Impersonation impersonation, ExternalAddress address) {
    return new SessionAuthorizationFilter(impersonation, address);
  }

  @Bean
  IdentityHeadersFilter identityHeadersFilter() {
    return new IdentityHeadersFilter();
  }

  @Bean
  ResponseHeadersFilter responseHeadersFilter(ExternalAddress address) {
    return new ResponseHeadersFilter(address);
  }

  @Bean
  ClusterHttpClientFactory clusterHttpClientFactory(
      HttpClientProperties properties,
      ServerProperties server,
      HttpClientSslConfigurer ssl,
      ObjectProvider<HttpClientCustomizer> customizers) {
    return new ClusterHttpClientFactory(
        properties, server, ssl, new ArrayList<>(customizers.orderedStream().toList()));
  }

  /** Trino notes the user agent of a query; Reactor Netty gives its own where a client has none. */
  private static void dropOwnUserAgent(HttpHeaders headers) {
    if (HttpClient.USER_AGENT.equals(headers.get(HttpHeaderNames.USER_AGENT))) {
      headers.remove(HttpHeaderNames.USER_AGENT);
    }
  }

  /**
   * The rules for requests to clusters. Reactor Netty would send a request a second time on a new
   * connection when the first one broke, also a POST that Trino may have begun to run.
   */
  @Bean
  HttpClientCustomizer clusterHttpClientRules(LimitProperties limits) {
    return client ->
        client
            .disableRetry(true)
            .followRedirect(false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
            .responseTimeout(limits.answerPause())
            .doOnChannelInit((_, channel, _) -> AnswerGuard.install(channel))
            .doOnRequest((request, _) -> dropOwnUserAgent(request.requestHeaders()));
  }
}
