package dev.passgate.identity.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * A password as a file holds it, in the two forms that Trino's file authenticator reads ({@code
 * io.trino.plugin.password.file.EncryptionUtil}).
 */
sealed interface HashedPassword {

  /** Whether this is the hash of a password. Takes its time. */
  boolean matches(String password);

  /** What a hash costs, equal for those that cost the same. */
  Object cost();

  /**
   * Whether all of a password counts. Some bcrypts end it at a NUL, and HMAC pads it with NULs (RFC
   * 2104), so that one more at its end makes the same hash.
   */
  private static boolean isWhole(String password) {
    return password.indexOf('\0') < 0;
  }

  /**
   * Reads a hash.
   *
   * @throws IllegalArgumentException where it is none that is read, or too weak, or so strong that
   *     nobody could wait for it; the message does not quote it
   */
  static HashedPassword parse(String text) {
    return text.startsWith("$2") ? Bcrypt.parse(text) : Pbkdf2.parse(text);
  }

  /** As {@code htpasswd -B} makes it. */
  record Bcrypt(String hash, int rounds) implements HashedPassword {

    /** Bcrypt looks at no more; Trino refuses what is longer, and so must this. */
    static final int MAX_PASSWORD_BYTES = 72;

    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    private static final int MIN_COST = 8;
    private static final int MAX_COST = 18;

    static Bcrypt parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("the hash is not a bcrypt hash as htpasswd -B makes it");
      }
      int cost = Integer.parseInt(matcher.group(1));
      if (cost < MIN_COST || cost > MAX_COST) {
        throw new IllegalArgumentException(
            "the cost of the bcrypt hash is not from " + MIN_COST + " to " + MAX_COST);
      }
      return new Bcrypt(text, cost);
    }

    @Override
    public boolean matches(String password) {
      byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
      // Hashed all the same, so that a long password takes the time of another one.
      boolean equal = BCrypt.checkpw(bytes, hash);
      return equal && bytes.length <= MAX_PASSWORD_BYTES && isWhole(password);
    }

    @Override
    public Object cost() {
      return "bcrypt" + rounds;
    }

    @Override
    public String toString() {
      return "Bcrypt[***]";
    }
  }

  /** PBKDF2 with HMAC-SHA1, as {@code iterations:salt:hash} in hexadecimal digits. */
  record Pbkdf2(int iterations, String salt, String hash) implements HashedPassword {

    private static final Pattern FORM =
        Pattern.compile("(\\d{1,9}):((?:[0-9a-fA-F]{2}){1,1024}):((?:[0-9a-fA-F]{2}){1,1024})");
    private static final int MIN_ITERATIONS = 1000;
    private static final int MAX_ITERATIONS = 10_000_000;

    static Pbkdf2 parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "the hash is neither bcrypt nor PBKDF2 as iterations:salt:hash in hexadecimal digits");
      }
      int iterations = Integer.parseInt(matcher.group(1));
      if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
        throw new IllegalArgumentException(
            "the iterations of the PBKDF2 hash are not from "
                + MIN_ITERATIONS
                + " to "
                + MAX_ITERATIONS);
      }
      return new Pbkdf2(iterations, matcher.group(2), matcher.group(3));
    }

    @Override
    public boolean matches(String password) {
      byte[] expected = HexFormat.of().parseHex(hash);
      PBEKeySpec key =
          new PBEKeySpec(
              password.toCharArray(),
              HexFormat.of().parseHex(salt),
              iterations,
              expected.length * Byte.SIZE);
      try {
        byte[] actual =
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1").generateSecret(key).getEncoded();
        return MessageDigest.isEqual(expected, actual) && isWhole(password);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has PBKDF2 with HMAC-SHA1", e);
      } finally {
        key.clearPassword();
      }
    }

    @Override
    public Object cost() {
      return iterations;
    }

    @Override
    public String toString() {
      return "Pbkdf2[***]";
    }
  }
}
