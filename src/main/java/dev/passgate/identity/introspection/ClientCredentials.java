package dev.passgate.identity.introspection;

import dev.passgate.file.WatchedFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** Who asks a provider: what it knows this gateway by, with a secret that may be in a file. */
public final class ClientCredentials implements AutoCloseable {

  private final String id;
  private final @Nullable String secret;
  private final @Nullable WatchedFile<String> file;

  private ClientCredentials(
      String id, @Nullable String secret, @Nullable WatchedFile<String> file) {
    this.id = id;
    this.secret = secret;
    this.file = file;
  }

  static ClientCredentials of(String id, String secret) {
    return new ClientCredentials(id, secret, null);
  }

  static ClientCredentials of(String id, WatchedFile<String> secret) {
    return new ClientCredentials(id, null, secret);
  }

  /** The value of {@code Authorization}: client_secret_basic of RFC 6749, section 2.3.1. */
  String authorization() {
    String value = file == null ? String.valueOf(secret) : file.value();
    String pair = encode(id) + ":" + encode(value);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  /** RFC 6749, appendix B. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The secret in the content of a file, without the line's end. */
  static String read(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8).strip();
    if (text.isEmpty() || text.lines().count() != 1) {
      throw new IllegalArgumentException("it is not one line with a secret");
    }
    return text;
  }

  /** Begins to look at the file, where there is one, on threads that may block. */
  void watch(Scheduler scheduler) {
    if (file != null) {
      file.watch(scheduler);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }

  @Override
  public String toString() {
    return "ClientCredentials[" + id + ", ***]";
  }
}
