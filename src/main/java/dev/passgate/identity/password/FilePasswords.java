package dev.passgate.identity.password;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.Verdict;
import java.util.Map;
import java.util.Set;

/** The users of a password file. */
final class FilePasswords implements PasswordSource {

  /** Its name in logs, metrics and rules. */
  static final String NAME = IdentitySources.PASSWORD_FILE;

  private final WatchedFile<PasswordFile> file;
  private final VerifiedUsers users;

  FilePasswords(WatchedFile<PasswordFile> file, VerifiedUsers users) {
    this.file = file;
    this.users = users;
  }

  boolean knows(String user) {
    return file.value().contains(user);
  }

  @Override
  public Verdict check(String user, String password) {
    return file.value().matches(user, password)
        ? users.identify(user, user, Map.of(), Set.of())
        : users.wrong();
  }

  @Override
  public long version() {
    return file.version() + users.version();
  }
}
