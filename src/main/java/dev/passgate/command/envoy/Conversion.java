package dev.passgate.command.envoy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From what Envoy is told to what Passgate is. */
final class Conversion {

  private final Report report = new Report();
  private final Settings settings = new Settings(report);
  private final List<String> helpers = new ArrayList<>();

  /**
   * What came of it.
   *
   * @param yaml the text of an {@code application.yml}
   * @param missing what has no equivalent, a line each
   */
  record Result(String yaml, List<String> missing) {}

  /**
   * Converts it.
   *
   * @throws UnreadableEnvoy where a part has another form than Envoy's
   */
  static Result of(Map<?, ?> envoy) {
    return new Conversion().convert(envoy);
  }

  private Result convert(Map<?, ?> envoy) {
    Section root = new Section(envoy, "envoy", report);
    Section resources = root.section("static_resources");
    List<Section> listeners = resources.sections("listeners");
    Upstreams upstreams = new Upstreams(resources.sections("clusters"), settings, report);
    if (listeners.isEmpty()) {
      throw new UnreadableEnvoy("envoy.static_resources.listeners: there is none");
    }
    Section main =
        listeners.stream().filter(EnvoyListener::sendsOn).findFirst().orElse(listeners.getFirst());
    EnvoyListener reader = new EnvoyListener(settings, report);
    for (Section listener : listeners) {
      reader.read(listener, main, upstreams, helpers);
    }
    admin(root);
    root.covered("node");
    upstreams.unused(helpers);
    root.rest();
    return new Result(settings.yaml(comments()), report.missing());
  }

  private void admin(Section root) {
    if (!root.has("admin")) {
      return;
    }
    Section admin = root.section("admin");
    Section address = admin.section("address").section("socket_address");
    Integer port = address.number("port_value");
    settings.set(port, "management", "server", "port");
    settings.set(EnvoyListener.specific(address), "management", "server", "address");
    admin.covered("access_log_path", "access_log", "profile_path");
    report.note("admin: /actuator/health and /actuator/prometheus, and nothing that changes it");
  }

  private List<String> comments() {
    List<String> lines = new ArrayList<>();
    lines.add("Made by passgate import-envoy. Look through it, and run check-config.");
    lines.add("To be set: passgate.signing-key, the same 32 bytes in base64 for all replicas.");
    add("No equivalent:", report.missing(), lines);
    add("Another way than in Envoy:", report.notes(), lines);
    return lines;
  }

  private static void add(String title, List<String> what, List<String> lines) {
    if (!what.isEmpty()) {
      lines.add("");
      lines.add(title);
      what.forEach(line -> lines.add("- " + line));
    }
  }
}
