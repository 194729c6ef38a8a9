package dev.passgate.command.envoy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a TLS context, as an SSL bundle.
 *
 * @param shows whether it has a certificate and its key
 * @param trusts whether it says whom to trust
 */
record Bundle(boolean shows, boolean trusts) {

  /** Reads it, and sets the bundle of a name where there is anything in it. */
  static Bundle read(Section common, Settings settings, Report report, String name) {
    List<Section> certificates = common.sections("tls_certificates");
    boolean shows = false;
    for (Section certificate : certificates) {
      String chain = file(certificate.section("certificate_chain"), report);
      String key = file(certificate.section("private_key"), report);
      if (shows) {
        certificate.missing("a listener has one certificate");
      } else if (chain != null && key != null) {
        set(settings, chain, name, "keystore", "certificate");
        set(settings, key, name, "keystore", "private-key");
        settings.set(true, "spring", "ssl", "bundle", "pem", name, "reload-on-update");
        shows = true;
      }
    }
    String authorities =
        common.has("validation_context")
            ? file(common.section("validation_context").section("trusted_ca"), report)
            : null;
    if (authorities != null) {
      set(settings, authorities, name, "truststore", "certificate");
    }
    common.covered("alpn_protocols");
    return new Bundle(shows, authorities != null);
  }

  private static void set(Settings settings, String file, String name, String store, String part) {
    settings.set(
        Path.of(file).isAbsolute() ? "file:" + file : "file:./" + file,
        "spring",
        "ssl",
        "bundle",
        "pem",
        name,
        store,
        part);
  }

  private static @Nullable String file(Section source, Report report) {
    String file = source.text("filename");
    if (file == null && (source.has("inline_string") || source.has("inline_bytes"))) {
      source.covered("inline_string", "inline_bytes");
      report.missing(source.path() + ": put it into a file, and name that");
    }
    return file;
  }
}
