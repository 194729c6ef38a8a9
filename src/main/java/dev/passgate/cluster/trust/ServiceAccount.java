package dev.passgate.cluster.trust;

import dev.passgate.file.WatchedFile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;

/** An account of the gateway's own at the cluster, which may then name other users (RFC 7617). */
final class ServiceAccount implements Trust {

  private final Supplier<String> authorization;

  private ServiceAccount(Supplier<String> authorization) {
    this.authorization = authorization;
  }

  static ServiceAccount of(String user, String password) {
    String value = header(user, password);
    return new ServiceAccount(() -> value);
  }

  /**
   * An account whose password is in a file.
   *
   * @param file made with {@link #passwordOf}
   */
  static ServiceAccount of(WatchedFile<String> file) {
    return new ServiceAccount(file::value);
  }

  /** Reads a password's file, whose last line may end. */
  static WatchedFile.Parser<String> passwordOf(String user) {
    return content -> {
      String password = new String(content, StandardCharsets.ISO_8859_1).replaceFirst("\r?\n$", "");
      if (!BasicSettings.PASSWORD.matcher(password).matches()) {
        throw new IllegalArgumentException(
            "the file does not hold " + BasicSettings.EXPECTED_PASSWORD + " and nothing else");
      }
      return header(user, password);
    };
  }

  private static String header(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.US_ASCII);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String authorization(String caller) {
    return authorization.get();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ServiceAccount[***]";
  }
}
