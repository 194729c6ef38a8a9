package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.MappingConfiguration;
import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.ldap.LdapServer;
import dev.passgate.testing.ldap.People;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Users of real directories: OpenLDAP's where it is installed, and UnboundID's everywhere. */
@MostlyWaits
class LdapIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "passgate.authentication.basic.";
  private static final String PATTERN = "uid={USER},ou=people,dc=example,dc=com";

  private static final Map<LdapServer.Kind, LdapServer> SERVERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    LdapServer.kinds().forEach(kind -> SERVERS.put(kind, kind.start()));
  }

  @AfterAll
  static void stop() {
    SERVERS.values().forEach(LdapServer::close);
  }

  static List<LdapServer.Kind> kinds() {
    return LdapServer.kinds();
  }

  private static LdapServer server(LdapServer.Kind kind) {
    return Objects.requireNonNull(SERVERS.get(kind));
  }

  /** A verifier with passwords of one directory, for as long as something is done with it. */
  private static void with(
      LdapServer server, URI uri, Consumer<PasswordVerifier> test, String... settings) {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
        .withUserConfiguration(PasswordConfiguration.class, MappingConfiguration.class)
        .withPropertyValues(
            "spring.ssl.bundle.pem.directory.truststore.certificate="
                + server.certificate().certificatePem().toUri(),
            KEY + "ldap.url[0]=" + uri)
        .withPropertyValues(Arrays.stream(settings).map(KEY::concat).toArray(String[]::new))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              test.accept(context.getBean(PasswordVerifier.class));
            });
  }

  private static void withSearch(
      LdapServer server, Consumer<PasswordVerifier> test, String... settings) {
    String[] all = Arrays.copyOf(settings, settings.length + 5);
    all[settings.length] = "ldap.search.base=" + People.BASE;
    all[settings.length + 1] = "ldap.search.bind-dn=" + People.READER;
    all[settings.length + 2] = "ldap.search.bind-password=" + People.READER_PASSWORD;
    all[settings.length + 3] = "ldap.bundle=directory";
    all[settings.length + 4] =
        Arrays.stream(settings).anyMatch(setting -> setting.startsWith("ldap.search.filter"))
            ? "ldap.max-connections=2"
            : "ldap.search.filter=(uid={USER})";
    with(server, server.tlsUri(), test, all);
  }

  private static Verdict verify(PasswordVerifier verifier, String user, String password) {
    return Objects.requireNonNull(
        verifier.verify(user, password, "address of " + user, Trail.NONE).block(LIMIT));
  }

  private static Verdict verify(PasswordVerifier verifier, String user) {
    return verify(verifier, user, People.password(user));
  }

  private static Identity identity(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Identity.class);
    return (Identity) verdict;
  }

  private static Reason reason(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Refusal.class);
    return ((Refusal) verdict).reason();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void bindsUnderAPattern(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    with(
        server,
        server.tlsUri(),
        verifier -> {
          Identity alice = identity(verify(verifier, "alice"));
          assertThat(alice.issuer()).isEqualTo("ldap");
          assertThat(alice.user()).isEqualTo("alice");
          assertThat(alice.subject()).isEqualTo("uid=alice,ou=people,dc=example,dc=com");
          assertThat(identity(verify(verifier, "Bob")).user()).isEqualTo("Bob");
          assertThat(identity(verify(verifier, People.ODD)).user()).isEqualTo(People.ODD);
          for (String nobody : List.of("frank", "mallory", "nobody")) {
            assertThat(reason(verify(verifier, nobody))).isEqualTo(Reason.BAD_PASSWORD);
          }
          assertThat(reason(verify(verifier, "alice", "wrong"))).isEqualTo(Reason.BAD_PASSWORD);
        },
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void searchesThenBinds(LdapServer.Kind kind) {
    withSearch(
        server(kind),
        verifier -> {
          Identity alice = identity(verify(verifier, "alice"));
          assertThat(alice.user()).isEqualTo("alice");
          assertThat(alice.subject()).isEqualTo("uid=alice,ou=people,dc=example,dc=com");
          assertThat(identity(verify(verifier, "mallory")).user()).isEqualTo("mallory");
          assertThat(identity(verify(verifier, People.ODD)).user()).isEqualTo(People.ODD);
          for (String nobody : List.of("frank", "nobody")) {
            assertThat(reason(verify(verifier, nobody))).isEqualTo(Reason.BAD_PASSWORD);
          }
          assertThat(reason(verify(verifier, "alice", "wrong"))).isEqualTo(Reason.BAD_PASSWORD);
        });
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void encryptsBeforeAnythingIsSaidWithStartTls(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    with(
        server,
        server.uri(),
        verifier -> assertThat(identity(verify(verifier, "alice")).user()).isEqualTo("alice"),
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.start-tls=true",
        "ldap.bundle=directory");
    with(
        server,
        server.uri(),
        verifier ->
            assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.PROVIDER_UNAVAILABLE),
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.start-tls=true");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void trustsNoOtherCertificateAndNoOtherHost(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    with(
        server,
        server.tlsUri(),
        verifier ->
            assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.PROVIDER_UNAVAILABLE),
        "ldap.bind-patterns[0]=" + PATTERN);
    with(
        server,
        URI.create("ldaps://127.0.0.2:" + server.tlsUri().getPort()),
        verifier ->
            assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.PROVIDER_UNAVAILABLE),
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.bundle=directory");
  }

  /** With both ways to find an entry: the directory takes all of these for one user. */
  @ParameterizedTest
  @MethodSource("kinds")
  void makesNoSecondUserOfAnotherSpelling(LdapServer.Kind kind) {
    Consumer<PasswordVerifier> test =
        verifier -> {
          for (String spelling : List.of("ALICE", "Alice", "alicE", " alice", "alice ")) {
            assertThat(reason(verify(verifier, spelling, People.password("alice"))))
                .as(spelling)
                .isIn(Reason.NO_USER, Reason.BAD_PASSWORD);
          }
          assertThat(reason(verify(verifier, "bob", People.password("Bob"))))
              .isEqualTo(Reason.NO_USER);
          assertThat(reason(verify(verifier, "caz", People.password("carol"))))
              .as("a second name")
              .isIn(Reason.NO_USER, Reason.BAD_PASSWORD);
          assertThat(reason(verify(verifier, "carol")))
              .as("a name of two")
              .isEqualTo(Reason.NO_USER);
        };
    LdapServer server = server(kind);
    withSearch(server, test);
    with(
        server, server.tlsUri(), test, "ldap.bind-patterns[0]=" + PATTERN, "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void takesTheOneTrueNameWhateverWasSent(LdapServer.Kind kind) {
    Consumer<PasswordVerifier> test =
        verifier -> {
          for (String spelling : List.of("ALICE", "alice", "aLiCe")) {
            assertThat(identity(verify(verifier, spelling, People.password("alice"))).user())
                .isEqualTo("alice");
          }
          assertThat(identity(verify(verifier, "bob", People.password("Bob"))).user())
              .isEqualTo("Bob");
        };
    LdapServer server = server(kind);
    withSearch(
        server,
        verifier -> {
          test.accept(verifier);
          assertThat(
                  identity(verify(verifier, "ALICE@example.com", People.password("alice"))).user())
              .isEqualTo("alice");
        },
        "ldap.search.filter=(&(objectClass=inetOrgPerson)(|(uid={USER})(mail={USER})))",
        "ldap.name-attribute=cn");
    with(
        server,
        server.tlsUri(),
        test,
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.name-attribute=cn",
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void takesNothingOfANameForSyntax(LdapServer.Kind kind) {
    Consumer<PasswordVerifier> test =
        verifier -> {
          for (String name :
              List.of(
                  "*",
                  "al*",
                  "alice)(uid=*",
                  "*)(uid=alice))(|(uid=*",
                  "alice\\2a",
                  "al\\69ce",
                  "alice,ou=people",
                  "alice+cn=alice",
                  "mallory,ou=others,dc=example,dc=com",
                  "{USER}",
                  "${USER}")) {
            assertThat(reason(verify(verifier, name, People.password("alice"))))
                .as(name)
                .isEqualTo(Reason.BAD_PASSWORD);
          }
        };
    LdapServer server = server(kind);
    withSearch(server, test);
    with(
        server, server.tlsUri(), test, "ldap.bind-patterns[0]=" + PATTERN, "ldap.bundle=directory");
  }

  /** RFC 4513, section 5.1.2: a directory may call a name without a password a success. */
  @ParameterizedTest
  @MethodSource("kinds")
  void neverBindsWithoutAPassword(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    for (String password : List.of("", "\0", "\0secret")) {
      withSearch(
          server,
          verifier ->
              assertThat(reason(verify(verifier, "alice", password)))
                  .isEqualTo(Reason.BAD_PASSWORD));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsInNobodyWhereTheFilterFindsTwo(LdapServer.Kind kind) {
    withSearch(
        server(kind),
        verifier -> {
          assertThat(reason(verify(verifier, "team@example.com", People.password("dave"))))
              .isEqualTo(Reason.BAD_PASSWORD);
          assertThat(
                  identity(verify(verifier, "alice@example.com", People.password("alice"))).user())
              .isEqualTo("alice@example.com");
        },
        "ldap.search.filter=(mail={USER})");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsGroupsAndAttributesOfTheEntry(LdapServer.Kind kind) {
    Consumer<PasswordVerifier> test =
        verifier -> {
          Identity alice = identity(verify(verifier, "alice"));
          assertThat(alice.user()).isEqualTo("alice@example.com");
          assertThat(alice.groups()).containsExactlyInAnyOrder("analysts", "night shift");
          assertThat(reason(verify(verifier, "mallory"))).isIn(Reason.NO_USER, Reason.BAD_PASSWORD);
        };
    String[] settings = {
      "ldap.groups.attribute=seeAlso",
      "ldap.groups.pattern=(?i)cn=([^,]+),ou=groups,.*",
      "ldap.user.claims=mail"
    };
    LdapServer server = server(kind);
    withSearch(server, test, settings);
    with(
        server,
        server.tlsUri(),
        test,
        settings[0],
        settings[1],
        settings[2],
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void refusesAUserWhoseGroupsTakeTooLongToRead(LdapServer.Kind kind) {
    withSearch(
        server(kind),
        verifier -> assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.NO_USER),
        "ldap.groups.attribute=seeAlso",
        "ldap.groups.pattern=" + "[^!]*".repeat(8) + "(!)");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void triesOnePatternAfterTheOther(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    with(
        server,
        server.tlsUri(),
        verifier -> {
          assertThat(identity(verify(verifier, "alice")).user()).isEqualTo("people/alice");
          assertThat(identity(verify(verifier, "mallory")).user()).isEqualTo("others/mallory");
        },
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.bind-patterns[1]=" + PATTERN.replace("people", "others"),
        "ldap.user.claims=dn",
        "ldap.user.pattern=uid=([^/]+)/ou=([^/]+)/dc=example/dc=com",
        "ldap.user.template=$2/$1",
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void asksTheDirectoryOnlyAboutWhoIsNotInTheFile(LdapServer.Kind kind) throws IOException {
    Path folder = TemporaryFolder.create("passwords");
    Path file = folder.resolve("passwords");
    Files.writeString(
        file, "alice:" + Hashes.BCRYPT + "\nbob:" + Hashes.PBKDF2 + "\nCAROL:" + Hashes.PBKDF2);
    withSearch(
        server(kind),
        verifier -> {
          assertThat(identity(verify(verifier, "alice", Hashes.PASSWORD)).issuer())
              .isEqualTo("password-file");
          assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.BAD_PASSWORD);
          assertThat(identity(verify(verifier, "mallory")).issuer()).isEqualTo("ldap");
          assertThat(reason(verify(verifier, "ALICE", People.password("alice"))))
              .as("the directory's alice under the name of the file's")
              .isEqualTo(Reason.NO_USER);
        },
        "file.path=" + file,
        "ldap.name-attribute=cn");
    TemporaryFolder.delete(folder);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void saysThatItCannotBeToldNowWhileTheDirectoryIsDown(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    Consumer<PasswordVerifier> test =
        verifier -> {
          assertThat(identity(verify(verifier, "alice")).user()).isEqualTo("alice");
          server.halt();
          try {
            for (int i = 0; i < 12; i++) {
              assertThat(reason(verify(verifier, "alice", "wrong")))
                  .isEqualTo(Reason.PROVIDER_UNAVAILABLE);
            }
            assertThat(verify(verifier, "alice")).as("remembered").isInstanceOf(Identity.class);
          } finally {
            server.resume();
          }
          assertThat(identity(verify(verifier, "Bob")).user()).isEqualTo("Bob");
        };
    withSearch(server, test);
    with(
        server, server.tlsUri(), test, "ldap.bind-patterns[0]=" + PATTERN, "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void doesNotBlameTheUserForAWrongPasswordOfItsOwn(LdapServer.Kind kind) {
    LdapServer server = server(kind);
    with(
        server,
        server.tlsUri(),
        verifier ->
            assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.PROVIDER_UNAVAILABLE),
        "ldap.search.base=" + People.BASE,
        "ldap.search.filter=(uid={USER})",
        "ldap.search.bind-dn=" + People.READER,
        "ldap.search.bind-password=wrong",
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsItsOwnPasswordFromAFile(LdapServer.Kind kind) throws IOException {
    Path folder = TemporaryFolder.create("passwords");
    Path file = Files.writeString(folder.resolve("secret"), People.READER_PASSWORD + "\n");
    LdapServer server = server(kind);
    with(
        server,
        server.tlsUri(),
        verifier -> assertThat(identity(verify(verifier, "alice")).user()).isEqualTo("alice"),
        "ldap.search.base=" + People.BASE,
        "ldap.search.filter=(uid={USER})",
        "ldap.search.bind-dn=" + People.READER,
        "ldap.search.bind-password-file=" + file,
        "ldap.bundle=directory");
    TemporaryFolder.delete(folder);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void asksTheNextServerWhereTheFirstIsDown(LdapServer.Kind kind) throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    LdapServer server = server(kind);
    with(
        server,
        URI.create("ldaps://127.0.0.1:" + nobody),
        verifier -> assertThat(identity(verify(verifier, "alice")).user()).isEqualTo("alice"),
        "ldap.url[0]=ldaps://127.0.0.1:" + nobody,
        "ldap.url[1]=" + server.tlsUri(),
        "ldap.bind-patterns[0]=" + PATTERN,
        "ldap.bundle=directory");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void writesNoPasswordToTheLog(LdapServer.Kind kind) {
    withSearch(
        server(kind),
        verifier -> {
          try (CapturedLog log = CapturedLog.open()) {
            assertThat(verify(verifier, "alice")).isInstanceOf(Identity.class);
            assertThat(verify(verifier, "alice", "wrong secret")).isInstanceOf(Refusal.class);
            assertThat(log.all()).noneMatch(line -> line.contains("secret"));
          }
        });
  }

  /** How a server that says nothing is asked. */
  enum Silence {
    PLAIN("ldap", false),
    START_TLS("ldap", true),
    TLS("ldaps", false);

    private final String scheme;
    private final boolean startTls;

    Silence(String scheme, boolean startTls) {
      this.scheme = scheme;
      this.startTls = startTls;
    }
  }

  @ParameterizedTest
  @EnumSource(Silence.class)
  void doesNotWaitForAServerThatSaysNothing(Silence silence) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      with(
          server(LdapServer.Kind.IN_MEMORY),
          URI.create(silence.scheme + "://127.0.0.1:" + silent.getLocalPort()),
          verifier ->
              assertThat(reason(verify(verifier, "alice"))).isEqualTo(Reason.PROVIDER_UNAVAILABLE),
          "ldap.bind-patterns[0]=" + PATTERN,
          "ldap.start-tls=" + silence.startTls,
          "ldap.connect-timeout=300ms",
          "ldap.response-timeout=300ms");
    }
  }
}
