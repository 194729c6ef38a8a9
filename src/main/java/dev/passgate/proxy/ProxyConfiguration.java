package dev.passgate.proxy;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.SignedUris;
import dev.passgate.affinity.TransactionIds;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.cluster.health.CoordinatorSeen;
import dev.passgate.gate.CredentialNames;
import dev.passgate.gate.Gate;
import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.Issuer;
import dev.passgate.identity.issuer.IssuerCheck;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.limit.LimitProperties;
import dev.passgate.limit.QueryLimits;
import dev.passgate.listener.ClientCertificates;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.AccessLog;
import dev.passgate.observe.AuditLog;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.query.RunningQueries;
import dev.passgate.routing.Router;
import dev.passgate.routing.RunningCounts;
import dev.passgate.service.RouteService;
import dev.passgate.setting.InvalidSetting;
import dev.passgate.trace.Tracing;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.client.HttpClient;

/** Wires the way of a request to Trino. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class ProxyConfiguration {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  @Bean
  ObservationFilter observationFilter(
      RequestMetrics metrics,
      AuditLog audit,
      AccessLog access,
      Tracing tracing,
      ExternalAddress address,
      ApplicationContext context) {
    return new ObservationFilter(
        metrics, audit, access, new RequestSpans(tracing), address, context);
  }

  @Bean
  @ConditionalOnProperty(name = "passgate.audit.sql", havingValue = "true")
  AuditedStatementFilter auditedStatementFilter() {
    return new AuditedStatementFilter();
  }

  @Bean
  PollLogs pollLogs(AuditLog audit, AccessLog access, ExternalAddress address) {
    return new PollLogs(audit, access, address);
  }

  @Bean
  MainListenerFilter mainListenerFilter(ApplicationContext context) {
    return new MainListenerFilter(context);
  }

  @Bean
  AccessFilter accessFilter(
      Gate gate,
      CredentialNames credentials,
      ExternalAddress address,
      ClientCertificates asked,
      SignedUris signed,
      RouteServices services,
      ObjectProvider<CertificateVerifier> certificates) {
    if (certificates.getIfAvailable() != null && !asked.areAsked()) {
      throw new InvalidSetting(
          "passgate.authentication.sources",
          "certificate",
          "a listener that asks for client certificates: passgate.tls.client-auth or"
              + " server.ssl.client-auth is want or need");
    }
    return new AccessFilter(gate, new HeaderFirewall(credentials), address, signed, services);
  }

  @Bean
  IssuerCheck issuerRoutesExist(GatewayProperties gateway) {
    return issuers -> checkRoutes(issuers, gateway);
  }

  @Bean
  SmartInitializingSingleton issuerRoutesExistAtStart(
      IssuerRegistry issuers, GatewayProperties gateway) {
    return () -> checkRoutes(issuers.issuers(), gateway);
  }

  @Bean
  RouteServices routeServices(List<RouteService> services) {
    return new RouteServices(services);
  }

  @Bean
  ServiceFilter serviceFilter(RouteServices services) {
    return new ServiceFilter(services);
  }

  @Bean
  @SuppressWarnings("rawtypes") // as Spring Cloud Gateway asks for them
  RoutesCheck routesCheck(
      RouteLocator routes,
      RouteServices services,
      GatewayProperties properties,
      List<RoutePredicateFactory> predicates,
      List<GatewayFilterFactory> filters,
      ConfigurationService configuration) {
    return new RoutesCheck(routes, services, properties, predicates, filters, configuration);
  }

  /**
   * A route that an issuer is for and that is not there would let nobody in, and nobody know why.
   */
  private static void checkRoutes(List<? extends Issuer> issuers, GatewayProperties gateway) {
    Set<String> ids = new TreeSet<>();
    gateway.getRoutes().forEach(route -> ids.add(Objects.requireNonNullElse(route.getId(), "")));
    for (Issuer issuer : issuers) {
      for (String route : issuer.routes()) {
        if (!ids.contains(route)) {
          throw new InvalidSetting(
              "passgate.issuers." + issuer.name() + ".routes", route, "ids of routes: " + ids);
        }
      }
    }
  }

  @Bean
  RequestBodyFilter requestBodyFilter(LimitProperties limits) {
    return new RequestBodyFilter(limits);
  }

  @Bean
  QueryPrefixFilter queryPrefixFilter() {
    return new QueryPrefixFilter();
  }

  @Bean
  StatementPeek statementPeek(Router router) {
    return new StatementPeek(router);
  }

  @Bean
  ClusterFilter clusterFilter(
      Router router,
      TransactionIds transactions,
      Clusters clusters,
      CoordinatorIds ids,
      QueryProbe probe,
      ExternalAddress address) {
    return new ClusterFilter(
        router, clusters, transactions, new QueryLocator(clusters, ids, probe), address);
  }

  @Bean
  QueryTracking queryTracking(RunningQueries running) {
    return new QueryTracking(running);
  }

  @Bean
  QueryTrackingFilter queryTrackingFilter(QueryTracking tracking) {
    return new QueryTrackingFilter(tracking);
  }

  @Bean
  QueryLimitFilter queryLimitFilter(QueryLimits limits) {
    return new QueryLimitFilter(limits);
  }

  @Bean
  RewriteFilter rewriteFilter(
      ExternalAddress address,
      SignedUris signed,
      CoordinatorIds ids,
      RequestMetrics metrics,
      QueryTracking tracking) {
    return new RewriteFilter(address, signed, ids, metrics, tracking);
  }

  @Bean
  ForwardedHeadersFilter forwardedHeadersFilter(ExternalAddress address) {
    return new ForwardedHeadersFilter(address);
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
  ResponseHeadersFilter responseHeadersFilter(
      ExternalAddress address, SignedUris signed, TransactionIds transactions) {
    return new ResponseHeadersFilter(address, signed, transactions);
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

  @Bean
  ClusterHttpClients clusterHttpClients(
      HttpClient client,
      HttpClientProperties properties,
      ServerProperties server,
      HttpClientSslConfigurer ssl,
      ObjectProvider<HttpClientCustomizer> customizers,
      Clusters clusters,
      SslBundles bundles) {
    ProbeHttpClientFactory probing =
        new ProbeHttpClientFactory(
            properties, server, ssl, new ArrayList<>(customizers.orderedStream().toList()));
    return new ClusterHttpClients(client, probing.client(), clusters, bundles);
  }

  @Bean
  PollMessages pollMessages(
      CredentialNames credentials,
      ResponseHeadersFilter responses,
      SignedUris signed,
      CoordinatorIds ids,
      QueryTracking tracking,
      Impersonation impersonation) {
    return new PollMessages(
        new HeaderFirewall(credentials), responses, signed, ids, tracking, impersonation);
  }

  @Bean
  CoordinatorSeen coordinatorSeen(CoordinatorIds ids) {
    return ids::learn;
  }

  @Bean
  RunningCounts runningCounts(RunningQueries running) {
    return cluster -> running.onCluster(cluster.name());
  }

  @Bean
  QueryProbe queryProbe(ClusterHttpClients clients) {
    return new QueryProbe(clients);
  }

  @Bean
  ClusterTries clusterTries(ClusterHttpClients clients, Router router, ClusterStates states) {
    return new ClusterTries(clients, router, states);
  }

  @Bean
  ClusterRoutingFilter clusterRoutingFilter(
      ClusterTries tries, List<HttpHeadersFilter> headersFilters) {
    return new ClusterRoutingFilter(tries, headersFilters);
  }

  /** Trino notes the user agent of a query; Reactor Netty gives its own where a client has none. */
  private static void dropOwnUserAgent(HttpHeaders headers) {
    if (HttpClient.USER_AGENT.equals(headers.get(HttpHeaderNames.USER_AGENT))) {
      headers.remove(HttpHeaderNames.USER_AGENT);
    }
  }

  /**
   * The rules for requests to clusters. Reactor Netty would send any request a second time on a new
   * connection when the first one broke; {@link ClusterRoutingFilter} decides which may be.
   */
  @Bean
  HttpClientCustomizer clusterHttpClientRules(LimitProperties limits) {
    return client ->
        client
            .disableRetry(true)
            .followRedirect(false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
            .responseTimeout(limits.answerPause())
            .doOnChannelInit(
                (_, channel, _) -> {
                  AnswerHeadDeadline.install(channel, limits.answerPause());
                  AnswerGuard.install(channel);
                  SentMark.install(channel);
                })
            .doOnRequest((request, _) -> dropOwnUserAgent(request.requestHeaders()));
  }
}
