package dev.passgate.cluster.trust;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's account at a cluster.
 *
 * @param user the name of the gateway's account at the cluster, for trust: basic
 * @param password the account's password
 * @param passwordFile a file that holds the account's password, read again when it changes
 */
public record BasicSettings(
    @Nullable String user, @Nullable String password, @Nullable Path passwordFile) {

  /** RFC 7617: no colon. ASCII, as Trino reads Basic as Latin-1 and others as UTF-8. */
  private static final Pattern USER = Pattern.compile("[!-9;-~]+");

  static final Pattern PASSWORD = Pattern.compile("[ -~]+");

  static final String EXPECTED_PASSWORD = "a password of printable ASCII characters";

  /**
   * Looks for mistakes that need no file to be read.
   *
   * @param key what the keys of this record begin with
   * @throws InvalidSetting at the first one
   */
  public void check(String key) {
    if (user == null || !USER.matcher(user).matches()) {
      throw new InvalidSetting(
          key + "user", user, "the name of an account, of visible ASCII characters but colons");
    }
    if (password != null && passwordFile != null) {
      throw new InvalidSetting(
          key + "password-file", passwordFile, "nothing, as there is a password beside it");
    }
    Placeholder.refuse(key + "password", password);
    if (passwordFile == null && (password == null || !PASSWORD.matcher(password).matches())) {
      throw new InvalidSetting(
          key + "password", password == null ? null : "***", EXPECTED_PASSWORD + ", or a file");
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "BasicSettings[user=" + user + ", passwordFile=" + passwordFile + "]";
  }
}
