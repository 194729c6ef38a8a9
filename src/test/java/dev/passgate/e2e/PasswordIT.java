package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.ldap.LdapServer;
import dev.passgate.testing.ldap.People;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** User names and passwords as curl sends them, checked against a file and a directory. */
class PasswordIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "passgate.authentication.basic.";

  /** {@code htpasswd -nbB -C 8}, and PBKDF2 as Python makes it. */
  private static final String BCRYPT =
      "$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi";

  private static final String PBKDF2 =
      "1000:5b4240333032306164:5476dd03e7e8a53ff04cd83a00a75210fd8067b4a825e1a14f9a00a2131b06d2";

  private static final String PASSWORD = "correct horse";

  private static Path folder;
  private static Path file;
  private static LdapServer directory;
  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() throws IOException {
    folder = TemporaryFolder.create("passwords");
    file = folder.resolve("passwords");
    write("current", "root:" + BCRYPT, "bob:" + PBKDF2, "victim:" + BCRYPT, "j\u00f6rg:" + PBKDF2);
    Files.createSymbolicLink(file, Path.of("current"));
    directory = LdapServer.Kind.IN_MEMORY.start();
    guarded =
        GuardedOrigin.start(
            settings ->
                settings
                    .with(KEY + "file.path", file)
                    .with(KEY + "ldap.url", directory.tlsUri())
                    .with(KEY + "ldap.bundle", "directory")
                    .with(KEY + "ldap.bind-patterns[0]", "uid={USER},ou=people," + People.BASE)
                    .with(
                        "spring.ssl.bundle.pem.directory.truststore.certificate",
                        directory.certificate().certificatePem().toUri())
                    .with(KEY + "tries.per-user", 3)
                    .with(KEY + "tries.per-address", 1000));
  }

  @AfterAll
  static void stop() {
    guarded.close();
    directory.close();
    TemporaryFolder.delete(folder);
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static void write(String name, String... lines) throws IOException {
    Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static RawResponse post(String user, String password) {
    return guarded.exchange(
        GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 1", basic(user, password)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "bob"})
  void arrivesAsTheUserOfTheFileAndWithoutThePassword(String user) {
    RawResponse answer = post(user, PASSWORD);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(guarded.onlyArrival().headers("X-Trino-User")).containsExactly(user);
    assertThat(guarded.onlyArrival().headers("Authorization")).isEmpty();
    assertThat(guarded.onlyArrival().head())
        .doesNotContain(
            Base64.getEncoder()
                .encodeToString((user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void arrivesAsTheUserOfTheDirectory() {
    RawResponse answer = post("alice", People.password("alice"));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(guarded.onlyArrival().headers("X-Trino-User")).containsExactly("alice");
    assertThat(guarded.onlyArrival().headers("Authorization")).isEmpty();
  }

  @Test
  void sendsNoUserThatAHeaderCannotCarry() {
    Requests.assertFailure(post("j\u00f6rg", PASSWORD), 403);
    guarded.assertNothingArrived();
  }

  @Test
  void answersAWrongPasswordAsAnUnknownUser() {
    RawResponse wrong = post("bob", "wrong");
    RawResponse unknown = post("nobody", "wrong");

    for (RawResponse answer : List.of(wrong, unknown)) {
      Requests.assertFailure(answer, 401);
      assertThat(Requests.said(answer)).isEqualTo("the user or the password is wrong");
      assertThat(answer.headers("WWW-Authenticate"))
          .hasSize(2)
          .anyMatch(value -> value.startsWith("Bearer realm=\"passgate\""))
          .contains("Basic realm=\"passgate\", charset=\"UTF-8\"");
    }
    guarded.assertNothingArrived();
  }

  @Test
  void asksForAPasswordWhereThereIsNoCredential() {
    RawResponse answer = guarded.exchange(GuardedOrigin.request("GET", "/ui/"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers("WWW-Authenticate"))
        .containsExactly(
            "Bearer realm=\"passgate\"", "Basic realm=\"passgate\", charset=\"UTF-8\"");
  }

  @Test
  void stopsGuessingWithoutStoppingWhoIsWorking() {
    assertThat(post("victim", PASSWORD).status()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      Requests.assertFailure(post("victim", "guess" + i), 401);
    }

    RawResponse limited = post("victim", "guess");
    Requests.assertPassing(limited, 429);
    assertThat(Integer.parseInt(limited.headers("Retry-After").getFirst())).isBetween(1, 60);
    assertThat(post("victim", PASSWORD).status()).as("remembered").isEqualTo(200);
  }

  /** With limits that asking again and again does not reach. */
  @Test
  void takesUpANewFile() throws IOException {
    Path changing = folder.resolve("changing");
    write("first", "root:" + BCRYPT, "alice:" + BCRYPT);
    Files.createSymbolicLink(changing, Path.of("first"));
    try (GuardedOrigin reloading =
        GuardedOrigin.start(
            settings ->
                settings
                    .with(KEY + "file.path", changing)
                    .with(KEY + "tries.per-user", 10_000)
                    .with(KEY + "tries.per-address", 10_000)
                    .with(KEY + "tries.per-user-overall", 10_000))) {
      assertThat(status(reloading, "alice")).isEqualTo(200);
      assertThat(status(reloading, "late")).isEqualTo(401);

      write("first", "root:" + BCRYPT, "alice:" + BCRYPT, "inplace:" + BCRYPT);
      Poll.until("the changed file", LIMIT, () -> status(reloading, "inplace") == 200);

      write("first", "root:" + BCRYPT, "not a line");
      write("second", "root:" + BCRYPT, "late:" + BCRYPT);
      assertThat(status(reloading, "inplace")).as("the old one is in force").isEqualTo(200);
      Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("second"));
      Files.move(link, changing, StandardCopyOption.ATOMIC_MOVE);
      Poll.until("the swapped link", LIMIT, () -> status(reloading, "late") == 200);
      assertThat(status(reloading, "alice")).as("was remembered").isEqualTo(401);
    }
  }

  private static int status(GuardedOrigin reloading, String user) {
    return reloading.exchange(GuardedOrigin.request("GET", "/ui/", basic(user, PASSWORD))).status();
  }
}
