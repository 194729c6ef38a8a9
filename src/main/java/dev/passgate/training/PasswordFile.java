package dev.passgate.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * A password file with one user.
 *
 * @param file in the form of htpasswd
 * @param user the user
 * @param password of the user, made for this run
 */
record PasswordFile(Path file, String user, String password) {

  private static final int STRENGTH = 8;

  static PasswordFile create(Path folder) throws IOException {
    PasswordFile made =
        new PasswordFile(folder.resolve("passwords"), "carol", UUID.randomUUID().toString());
    String hash = new BCryptPasswordEncoder(STRENGTH).encode(made.password);
    Files.writeString(made.file, made.user + ":" + hash + "\n");
    return made;
  }

  @Override
  public String toString() {
    return "PasswordFile[" + file + "]";
  }
}
