package dev.passgate.command.envoy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Envoy's clusters. An endpoint of one is a coordinator, which is a cluster here. */
final class Upstreams {

  private static final int MAX_WEIGHT = 1000;

  private final Settings settings;
  private final Report report;
  private final Names names = new Names();
  private final Map<String, Section> clusters = new LinkedHashMap<>();
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Map<Set<Endpoint>, Known> coordinators = new HashMap<>();
  private final Set<String> addresses = new HashSet<>();

  Upstreams(List<Section> clusters, Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
    for (Section cluster : clusters) {
      this.clusters.put(String.valueOf(cluster.text("name")), cluster);
    }
  }

  /** A label for clusters that have weights in one route. */
  String group() {
    return names.of("weighted");
  }

  /**
   * Makes a cluster of Envoy's known, once.
   *
   * @param group another label of its coordinators; null for none
   * @param weight its share; null where it has none of its own
   * @return the label that it is chosen by; null where there is no such cluster
   */
  @Nullable String use(String name, @Nullable String group, @Nullable Integer weight) {
    Known before = known.get(name);
    if (before != null) {
      if (group != null) {
        join(before, name, group, weight);
      }
      return before.label();
    }
    Section cluster = clusters.get(name);
    if (cluster == null) {
      report.missing("cluster '" + name + "': it is not in the file");
      return null;
    }
    Set<Endpoint> endpoints = endpoints(cluster);
    if (endpoints.isEmpty()) {
      cluster.missing("it has no endpoints in the file");
      return null;
    }
    Known same = coordinators.get(endpoints);
    if (same != null) {
      return again(name, cluster, same, group, weight);
    }
    Set<String> own = new HashSet<>();
    if (endpoints.stream()
        .map(Endpoint::place)
        .anyMatch(place -> addresses.contains(place) || !own.add(place))) {
      cluster.missing("an address of it is in the file once more, and here one is one cluster");
      return null;
    }
    addresses.addAll(own);
    String label = names.of(name);
    boolean weights = endpoints.stream().anyMatch(each -> each.weight() != null);
    Known made = new Known(label, cluster, new ArrayList<>(), new LinkedHashSet<>(), weights);
    known.put(name, made);
    coordinators.put(endpoints, made);
    boolean several = endpoints.size() > 1;
    if (several) {
      report.note(
          "cluster '"
              + name
              + "': each endpoint is a coordinator of its own, with the label "
              + label);
    }
    Tls tls = tls(label, cluster, endpoints);
    for (Endpoint endpoint : endpoints) {
      String key = several ? names.of(name) : label;
      coordinator(key, endpoint, tls);
      made.keys().add(key);
      weight(key, endpoint.weight());
    }
    if (several) {
      made.labels().add(label);
      made.keys().forEach(key -> set(List.of(label), key, "labels"));
    }
    if (group != null) {
      join(made, name, group, weight);
    }
    details(cluster);
    return label;
  }

  /** Another name for coordinators that are known: check-config refuses an address twice. */
  private String again(
      String name, Section cluster, Known same, @Nullable String group, @Nullable Integer weight) {
    known.put(name, same);
    boolean alike =
        cluster.isSame("transport_socket", same.section())
            && cluster.isSame("tls_context", same.section());
    cluster.covered("transport_socket", "tls_context");
    String told = "cluster '" + name + "': its coordinators are those of " + same.label();
    if (alike) {
      report.note(told);
    } else {
      report.missing(told + ", and TLS is as there");
    }
    details(cluster);
    if (group != null) {
      join(same, name, group, weight);
    }
    return same.label();
  }

  /**
   * A cluster of Envoy's that was met.
   *
   * @param label what chooses it alone
   * @param keys its coordinators
   * @param labels what these have as labels
   * @param isWeighted whether its endpoints have weights of their own
   */
  private record Known(
      String label, Section section, List<String> keys, Set<String> labels, boolean isWeighted) {

    boolean isInAGroup() {
      return labels.stream().anyMatch(each -> !each.equals(label));
    }
  }

  /** Adds a cluster to those that have weights in one route. */
  private void join(Known cluster, String name, String group, @Nullable Integer weight) {
    if (weight != null && weight == 0) {
      // It gets none of these, and what other routes send it all the same.
      report.note("cluster '" + name + "': it had weight 0, and no label " + group);
      return;
    }
    boolean another = cluster.isInAGroup();
    cluster.labels().add(group);
    cluster.keys().forEach(key -> set(List.copyOf(cluster.labels()), key, "labels"));
    if (another) {
      report.missing("cluster '" + name + "': it is in several routes with weights");
    } else if (weight != null) {
      int share = Math.max(1, Math.round((float) weight / cluster.keys().size()));
      if (share * cluster.keys().size() != weight || cluster.isWeighted()) {
        report.missing("cluster '" + name + "': weight " + weight + ", for all its endpoints");
      }
      cluster.keys().forEach(key -> weight(key, share));
    }
  }

  private record Endpoint(String address, int port, @Nullable Integer weight) {

    String place() {
      return address + ":" + port;
    }

    boolean isCalled(String name) {
      return address.equalsIgnoreCase(name);
    }
  }

  private record Tls(boolean used, @Nullable String bundle, boolean certificate) {}

  private void set(@Nullable Object value, String cluster, String key) {
    settings.set(value, "passgate", "clusters", cluster, key);
  }

  private void coordinator(String key, Endpoint endpoint, Tls tls) {
    String host =
        endpoint.address().contains(":") ? "[" + endpoint.address() + "]" : endpoint.address();
    set((tls.used() ? "https://" : "http://") + host + ":" + endpoint.port(), key, "url");
    set(tls.bundle(), key, "bundle");
    set(tls.certificate() ? "certificate" : null, key, "trust");
  }

  private void weight(String key, @Nullable Integer weight) {
    if (weight == null) {
      return;
    }
    if (weight == 0) {
      set("draining", key, "state");
      return;
    }
    if (weight > MAX_WEIGHT) {
      report.missing("cluster '" + key + "': weight " + weight + ", which is 1000 at most");
    }
    set(Math.min(weight, MAX_WEIGHT), key, "weight");
  }

  private static Set<Endpoint> endpoints(Section cluster) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    Section assignment = cluster.section("load_assignment");
    assignment.covered("cluster_name");
    for (Section locality : assignment.sections("endpoints")) {
      for (Section each : locality.sections("lb_endpoints")) {
        endpoint(
            each.section("endpoint").section("address").section("socket_address"),
            each.number("load_balancing_weight"),
            endpoints);
      }
    }
    for (Section host : cluster.sections("hosts")) {
      endpoint(host.section("socket_address"), null, endpoints);
    }
    return endpoints;
  }

  private static void endpoint(Section address, @Nullable Integer weight, Set<Endpoint> endpoints) {
    String host = address.text("address");
    Integer port = address.number("port_value");
    address.covered("protocol");
    if (host != null && port != null) {
      endpoints.add(new Endpoint(host.toLowerCase(Locale.ROOT), port, weight));
    }
  }

  private Tls tls(String label, Section cluster, Set<Endpoint> endpoints) {
    Section socket = cluster.section("transport_socket");
    Section context =
        cluster.has("tls_context") ? cluster.section("tls_context") : Typed.of(socket);
    if (!cluster.has("tls_context") && !cluster.has("transport_socket")) {
      return new Tls(false, null, false);
    }
    String type = String.valueOf(socket.text("name"));
    if (type.endsWith("raw_buffer")) {
      return new Tls(false, null, false);
    }
    String name = context.text("sni");
    if (name != null && !endpoints.stream().allMatch(each -> each.isCalled(name))) {
      report.missing(
          context.path() + ".sni: the name asked for is that in the URL, which is not " + name);
    }
    Bundle bundle = Bundle.read(context.section("common_tls_context"), settings, report, label);
    if (!bundle.trusts()) {
      report.note(
          "cluster '"
              + label
              + "': Envoy checked no certificate; the gateway asks for one that the JVM trusts");
    }
    boolean any = bundle.trusts() || bundle.shows();
    return new Tls(true, any ? label : null, bundle.shows());
  }

  private void details(Section cluster) {
    cluster.covered("type", "lb_policy", "dns_lookup_family", "alt_stat_name", "respect_dns_ttl");
    if (cluster.has("connect_timeout")) {
      var _ = Durations.read(cluster, "connect_timeout");
      report.note("connect_timeout: it is 5 seconds, and another cluster is tried after it");
    }
    for (Section check : cluster.sections("health_checks")) {
      settings.setOnce(Durations.read(check, "interval"), "passgate", "health", "interval");
      settings.setOnce(Durations.read(check, "timeout"), "passgate", "health", "timeout");
      settings.setOnce(check.number("unhealthy_threshold"), "passgate", "health", "failures");
      check.covered("healthy_threshold", "http_health_check", "tcp_health_check");
      report.note("health checks ask each coordinator for /v1/info");
    }
    if (cluster.has("outlier_detection")) {
      cluster.covered("outlier_detection");
      report.note("outlier_detection: passgate.health.connection-failures");
    }
  }

  /** Those that nothing uses. */
  void unused(List<String> helpers) {
    clusters.forEach(
        (name, cluster) -> {
          if (known.containsKey(name)) {
            return;
          }
          if (helpers.contains(name)) {
            cluster.ignored();
          } else {
            cluster.missing("no route to Trino goes to it");
          }
        });
  }
}
