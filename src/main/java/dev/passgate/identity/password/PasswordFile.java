package dev.passgate.identity.password;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a password file says, read as Trino's file authenticator reads it ({@code
 * io.trino.plugin.password.file.PasswordStore}): {@code user:hash} lines in UTF-8, blank ones
 * between them, no comments, no user twice.
 */
final class PasswordFile {

  /** Has the cost that {@code htpasswd -B -C 10} gives; its password is not known to anybody. */
  private static final HashedPassword NOBODY =
      HashedPassword.parse("$2y$10$D43nnPDKfWRx1ZdVU5zPCOxP/2Qno84Qog2m7Q1/8lPp6/hIzIPQi");

  private final Map<String, HashedPassword> passwords;
  private final HashedPassword usual;

  private PasswordFile(Map<String, HashedPassword> passwords) {
    this.passwords = Map.copyOf(passwords);
    this.usual = usual(passwords);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException for the first line that is wrong; the message has its number
   *     and nothing of it
   */
  static PasswordFile parse(byte[] content) {
    List<String> lines = text(content).lines().toList();
    Map<String, HashedPassword> passwords = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).trim();
      if (!line.isEmpty()) {
        add(line, i + 1, passwords);
      }
    }
    return new PasswordFile(passwords);
  }

  private static void add(String line, int number, Map<String, HashedPassword> passwords) {
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw wrong(number, "it is not of the form user:hash");
    }
    HashedPassword password;
    try {
      password = HashedPassword.parse(line.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw wrong(number, e.getMessage());
    }
    if (passwords.put(line.substring(0, colon), password) != null) {
      throw wrong(number, "the user stands in an earlier line too");
    }
  }

  private static IllegalArgumentException wrong(int line, @Nullable String why) {
    return new IllegalArgumentException("line " + line + " is wrong: " + why);
  }

  private static String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException _) {
      throw new IllegalArgumentException("it is not in UTF-8");
    }
  }

  /** One of the hashes that cost what most of them cost. */
  private static HashedPassword usual(Map<String, HashedPassword> passwords) {
    Map<Object, Long> costs =
        passwords.values().stream()
            .map(HashedPassword::cost)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return passwords.values().stream()
        .max((one, other) -> Long.compare(costs(costs, one), costs(costs, other)))
        .orElse(NOBODY);
  }

  private static long costs(Map<Object, Long> costs, HashedPassword password) {
    return costs.getOrDefault(password.cost(), 0L);
  }

  boolean contains(String user) {
    return passwords.containsKey(user);
  }

  int size() {
    return passwords.size();
  }

  /**
   * Whether a password is a user's. For a user who is not in here it takes the time of one who is.
   */
  boolean matches(String user, String password) {
    HashedPassword known = passwords.get(user);
    boolean equal = (known == null ? usual : known).matches(password);
    return known != null && equal;
  }

  @Override
  public String toString() {
    return "PasswordFile[***]";
  }
}
