package dev.passgate.testing.trino;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Complete URLs for Trino's JDBC driver. */
public final class JdbcUrl {

  private JdbcUrl() {}

  /** With a token, which the driver sends over TLS alone; the PEM file says whom it trusts. */
  public static String withToken(URI server, Path pem, String token) {
    return base(server) + "?SSL=true&SSLTrustStorePath=" + encode(pem) + "&accessToken=" + token;
  }

  /** With a certificate from a key store, and a user who is somebody else. */
  public static String withCertificate(URI server, Path pem, Path keyStore, String password) {
    return base(server)
        + "?SSL=true&user=root&SSLTrustStorePath="
        + encode(pem)
        + "&SSLKeyStorePath="
        + encode(keyStore)
        + "&SSLKeyStorePassword="
        + password;
  }

  /** With a user and no credential. */
  public static String withUser(URI server, String user) {
    return base(server) + "?user=" + URLEncoder.encode(user, StandardCharsets.UTF_8);
  }

  private static String encode(Path file) {
    return URLEncoder.encode(file.toString(), StandardCharsets.UTF_8).replace("%2F", "/");
  }

  private static String base(URI server) {
    return "jdbc:trino://" + server.getHost() + ":" + server.getPort() + "/tpch/tiny";
  }
}
