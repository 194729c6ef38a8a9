package dev.passgate.identity.password;

import dev.passgate.identity.Verdict;

/**
 * A password file and a directory. Who is in the file is decided by the file alone: were the
 * directory asked as well, a user would have two passwords.
 */
final class FileThenDirectory implements PasswordSource {

  private final FilePasswords file;
  private final PasswordSource directory;

  FileThenDirectory(FilePasswords file, PasswordSource directory) {
    this.file = file;
    this.directory = directory;
  }

  @Override
  public Verdict check(String user, String password) {
    return file.knows(user) ? file.check(user, password) : directory.check(user, password);
  }

  @Override
  public long version() {
    return file.version() + directory.version();
  }
}
