package dev.passgate.command.envoy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A listener with its HTTP connection manager and filters. */
final class EnvoyListener {

  /** The SSL bundles. */
  private static final String MAIN = "listener";

  private static final String BESIDE = "listener-tls";

  /** Filters that set no header of requests, by name and type. */
  private static final Map<String, String> SILENT =
      Map.of(
          "cors", "Cors",
          "compressor", "Compressor",
          "decompressor", "Decompressor",
          "buffer", "Buffer",
          "health_check", "HealthCheck",
          "csrf", "CsrfPolicy",
          "rbac", "RBAC",
          "fault", "HTTPFault");

  private final Settings settings;
  private final Report report;

  /** Whether there is one with TLS beside the main one. */
  private boolean beside;

  EnvoyListener(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  /**
   * Reads it.
   *
   * @param main the one whose filters and routes are taken; of the others only one with TLS has a
   *     place beside it, which has the same filters
   * @param helpers gets the names of clusters that are none of Trino
   */
  void read(Section listener, Section main, Upstreams upstreams, List<String> helpers) {
    listener.covered("name", "traffic_direction");
    Section address = listener.section("address").section("socket_address");
    address.covered("protocol");
    Integer port = address.number("port_value");
    String host = specific(address);
    List<Section> chains = listener.sections("filter_chains");
    if (chains.isEmpty()) {
      listener.missing("it has no filter chain");
      return;
    }
    Section chain = chains.getFirst();
    chains.subList(1, chains.size()).forEach(each -> each.missing("a listener has one"));
    Section tls = tls(chain);
    if (listener == main) {
      settings.set(port, "server", "port");
      settings.set(host, "server", "address");
      if (tls != null) {
        // Without a certificate in a file there is no start, and so nothing in the clear.
        bundle(tls, MAIN);
        settings.set(MAIN, "server", "ssl", "bundle");
        settings.set(clientAuth(tls), "server", "ssl", "client-auth");
      }
    } else if (tls != null && !beside) {
      beside = true;
      bundle(tls, BESIDE);
      List<Section> mainChains = main.sections("filter_chains");
      Section mainAddress = main.section("address").section("socket_address");
      if (!Objects.equals(host, specific(mainAddress))) {
        report.missing(
            listener.path() + ".address: it listens at the addresses of " + main.path() + " now");
      }
      settings.set(port, "passgate", "tls", "port");
      settings.set(BESIDE, "passgate", "tls", "bundle");
      settings.set(clientAuth(tls), "passgate", "tls", "client-auth");
      boolean same = !mainChains.isEmpty() && chain.isSame("filters", mainChains.getFirst());
      chain.sections("filters").forEach(Section::ignored);
      if (same) {
        report.note(listener.path() + ": it serves what " + main.path() + " does");
      } else {
        report.missing(
            listener.path()
                + ": its filters are others than those of "
                + main.path()
                + ", which are for both now");
      }
      return;
    } else {
      listener.missing("only one listener has a place beside the main one, and it has TLS");
      return;
    }
    for (Section filter : chain.sections("filters")) {
      if (Typed.is(filter, "http_connection_manager", "HttpConnectionManager")) {
        manager(Typed.of(filter), upstreams, helpers);
      } else {
        filter.missing("a filter of the network, " + filter.text("name"));
      }
    }
  }

  /** Whether it sends anything on to a cluster. */
  static boolean sendsOn(Section listener) {
    return listener.sections("filter_chains").stream()
        .flatMap(chain -> chain.sections("filters").stream())
        .map(filter -> Typed.of(filter).section("route_config"))
        .flatMap(routes -> routes.sections("virtual_hosts").stream())
        .flatMap(host -> host.sections("routes").stream())
        .anyMatch(route -> route.has("route"));
  }

  /** An address that is not that of all interfaces. */
  static @Nullable String specific(Section address) {
    String host = address.text("address");
    return host == null || host.equals("0.0.0.0") || host.equals("::") ? null : host;
  }

  private static @Nullable Section tls(Section chain) {
    if (chain.has("tls_context")) {
      return chain.section("tls_context");
    }
    if (!chain.has("transport_socket")) {
      return null;
    }
    Section socket = chain.section("transport_socket");
    boolean clear = String.valueOf(socket.text("name")).endsWith("raw_buffer");
    return clear ? null : Typed.of(socket);
  }

  private void bundle(Section tls, String name) {
    var _ = Bundle.read(tls.section("common_tls_context"), settings, report, name);
  }

  private static @Nullable String clientAuth(Section tls) {
    return tls.isTrue("require_client_certificate") ? "need" : null;
  }

  private void manager(Section manager, Upstreams upstreams, List<String> helpers) {
    manager.covered("stat_prefix", "codec_type", "http_protocol_options", "server_name");
    manager.covered("normalize_path", "merge_slashes", "path_with_escaped_slashes_action");
    if (manager.isTrue("use_remote_address") || manager.has("xff_num_trusted_hops")) {
      manager.covered("xff_num_trusted_hops");
      report.note("proxies in front are believed by address: passgate.trusted-proxies");
    }
    if (manager.has("access_log")) {
      manager.sections("access_log").forEach(Section::ignored);
      settings.set("INFO", "logging", "level", "passgate.access");
      report.note("access_log: the logger passgate.access, in its own form");
    }
    Integer kilobytes = manager.number("max_request_headers_kb");
    settings.set(
        kilobytes == null ? null : kilobytes + "KB", "server", "max-http-request-header-size");
    settings.set(
        Durations.read(manager, "request_headers_timeout"),
        "passgate",
        "limits",
        "request-head-time");
    settings.set(
        Durations.read(manager.section("common_http_protocol_options"), "idle_timeout"),
        "server",
        "netty",
        "idle-timeout");
    HeadersOfFilters headers = new HeadersOfFilters();
    if (manager.has("early_header_mutation_extensions")) {
      headers.setUnknown();
    }
    manager.sections("http_filters").forEach(filter -> filter(filter, headers, helpers));
    if (manager.has("rds")) {
      manager.section("rds").missing("routes that are fetched");
    }
    new EnvoyRoutes(upstreams, headers, settings, report).read(manager.section("route_config"));
    settings.setDefault(
        Durations.read(manager, "stream_idle_timeout"), "passgate", "limits", "answer-pause");
  }

  private void filter(Section filter, HeadersOfFilters headers, List<String> helpers) {
    if (filter.has("config_discovery")) {
      headers.setUnknown();
      filter.missing("a filter that is fetched");
    } else if (Typed.is(filter, "router", "Router")) {
      filter.ignored();
    } else if (Typed.is(filter, "jwt_authn", "JwtAuthentication")) {
      Section authentication = Typed.of(filter);
      new JwtProviders(headers, settings, report).read(authentication);
      authentication
          .named("providers")
          .values()
          .forEach(
              provider ->
                  add(
                      provider.section("remote_jwks").section("http_uri").text("cluster"),
                      helpers));
    } else if (Typed.is(filter, "ext_authz", "ExtAuthz")) {
      authorization(Typed.of(filter), headers, helpers);
    } else {
      if (SILENT.entrySet().stream()
          .noneMatch(each -> Typed.is(filter, each.getKey(), each.getValue()))) {
        headers.setUnknown();
      }
      filter.missing("the filter " + filter.text("name"));
    }
  }

  /** What it trusts is not in the file: the service knows. */
  private void authorization(
      Section authorization, HeadersOfFilters headers, List<String> helpers) {
    settings.set(403, "passgate", "authentication", "failure-status");
    Section http = authorization.section("http_service");
    add(http.section("server_uri").text("cluster"), helpers);
    Section grpc = authorization.section("grpc_service");
    add(grpc.section("envoy_grpc").text("cluster_name"), helpers);
    if (authorization.isTrue("failure_mode_allow")) {
      report.missing(authorization.path() + ".failure_mode_allow: nobody gets in on a failure");
    }
    answered(http, headers);
    if (authorization.has("grpc_service")) {
      headers.setUnknown();
    }
    http.ignored();
    grpc.ignored();
    authorization.covered("transport_api_version", "stat_prefix", "clear_route_cache");
    report.missing(
        authorization.path()
            + ": the service decided. Say whom it trusted: passgate.issuers.NAME.issuer-uri and"
            + " audiences");
  }

  /** The headers that the service's answer may set; none that are not listed. */
  private static void answered(Section http, HeadersOfFilters headers) {
    Section response = http.section("authorization_response");
    for (String list : List.of("allowed_upstream_headers", "allowed_upstream_headers_to_append")) {
      for (Section pattern : response.section(list).sections("patterns")) {
        String name = pattern.text("exact");
        headers.set(name);
        if (name == null) {
          headers.setUnknown();
        }
      }
    }
  }

  private static void add(@Nullable String cluster, List<String> helpers) {
    if (cluster != null) {
      helpers.add(cluster);
    }
  }
}
