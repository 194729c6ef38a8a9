package dev.passgate.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserMappingProperties;
import dev.passgate.identity.mapping.UserNamespaces;
import dev.passgate.testing.tls.CertificateAuthority;
import io.netty.pkitesting.CertificateBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCertificateVerifierTest {

  private static final int UTF8_STRING = 0x0c;
  private static final int PRINTABLE_STRING = 0x13;
  private static final int TELETEX_STRING = 0x14;
  private static final int IA5_STRING = 0x16;
  private static final int UNIVERSAL_STRING = 0x1c;
  private static final int BMP_STRING = 0x1e;

  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Acme");

  private static X509Certificate certificate(UnaryOperator<CertificateBuilder> contents) {
    return AUTHORITY.issue(contents).certificate();
  }

  private static X509Certificate certificate(String subject) {
    return certificate(builder -> builder.subject(subject));
  }

  private static X509Certificate certificate(byte[] subject) {
    return certificate(builder -> builder.subject(new X500Principal(subject)));
  }

  private static Verdict verify(X509Certificate certificate, String... claims) {
    return verify(mapping(List.of(claims), null, null), certificate, Instant.now(), Trail.NONE);
  }

  private static Verdict verify(
      UserMapping mapping, X509Certificate certificate, Instant now, Trail trail) {
    return new ClientCertificateVerifier(mapping, UserNamespaces.NONE, () -> now)
        .verify(certificate, trail);
  }

  private static UserMapping mapping(
      List<String> claims, @Nullable String pattern, @Nullable String template) {
    return new UserMappingProperties(List.of("sub"), pattern, template, null, "", null)
        .over(claims)
        .compile((key, value, expected) -> new IllegalArgumentException(key));
  }

  private static void assertUser(Verdict verdict, String user) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Identity.class, identity -> assertThat(identity.user()).isEqualTo(user));
  }

  private static void assertRefused(Verdict verdict, Reason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.issuer()).isEqualTo("certificate");
            });
  }

  @Test
  void isTheUserOfTheCommonName() {
    X509Certificate certificate = certificate("CN=alice, OU=Data, O=Acme, C=DE");
    List<Check> passed = new ArrayList<>();

    Verdict verdict =
        verify(mapping(List.of("cn"), null, null), certificate, Instant.now(), passed::add);

    assertThat(verdict)
        .isEqualTo(
            new Identity(
                "certificate",
                "alice",
                "CN=alice,OU=Data,O=Acme,C=DE",
                certificate.getNotAfter().toInstant()));
    assertThat(passed)
        .containsExactly(Check.CERTIFICATE, Check.EXPIRY, Check.NOT_BEFORE, Check.USER);
  }

  @Test
  void takesTheWholeSubjectThroughAPattern() {
    UserMapping mapping =
        mapping(List.of("subject"), "CN=([a-z]+),OU=People,O=Acme", "$1@acme.example");

    assertUser(
        verify(mapping, certificate("CN=alice, OU=People, O=Acme"), Instant.now(), Trail.NONE),
        "alice@acme.example");
    assertRefused(
        verify(mapping, certificate("CN=alice, OU=Robots, O=Acme"), Instant.now(), Trail.NONE),
        Reason.NO_USER);
    assertRefused(
        verify(mapping, certificate("CN=\"alice,OU=People,O=Acme\""), Instant.now(), Trail.NONE),
        Reason.NO_USER);
  }

  @Test
  void makesNoUserOfAWholeSubjectWithCommas() {
    assertRefused(verify(certificate("CN=alice, O=Acme"), "subject"), Reason.NO_USER);
    assertUser(verify(certificate("CN=alice"), "subject"), "CN=alice");
  }

  @ParameterizedTest
  @CsvSource({
    "san.email,alice@acme.example",
    "san.dns,worker-1.acme.example",
    "san.uri,spiffe://acme.example/ns/etl"
  })
  void isTheUserOfTheOneAlternativeName(String claim, String user) {
    X509Certificate certificate =
        certificate(
            builder -> {
              builder.subject("CN=x").addSanRfc822Name("alice@acme.example");
              builder.addSanDnsName("worker-1.acme.example").addSanIpAddress("127.0.0.1");
              builder.addSanUriName(java.net.URI.create("spiffe://acme.example/ns/etl"));
              return builder;
            });

    assertUser(verify(certificate, claim, "cn"), user);
  }

  @Test
  void asksTheNextClaimWhereOneIsAbsent() {
    assertUser(verify(certificate("CN=alice"), "san.email", "san.uri", "cn"), "alice");
    assertUser(
        verify(
            certificate(builder -> builder.subject("O=Acme").addSanDnsName("a.example")),
            "cn",
            "san.dns"),
        "a.example");
    assertRefused(verify(certificate("O=Acme"), "cn"), Reason.NO_USER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CN=alice, CN=root", "CN=alice+CN=root", "CN=alice, OU=x+CN=alice, O=Acme"})
  void takesNoneOfSeveralCommonNames(String subject) {
    assertRefused(verify(certificate(subject), "cn"), Reason.NO_USER);
    assertRefused(
        verify(
            certificate(builder -> builder.subject(subject).addSanDnsName("a.example")),
            "cn",
            "san.dns"),
        Reason.NO_USER);
  }

  @Test
  void takesTheCommonNameBesideOtherAttributesOfItsPart() {
    assertUser(verify(certificate("CN=alice+OU=Data, O=Acme"), "cn"), "alice");
  }

  @Test
  void takesNoneOfSeveralAlternativeNames() {
    X509Certificate certificate =
        certificate(
            builder ->
                builder
                    .subject("CN=alice")
                    .addSanRfc822Name("a@acme.example")
                    .addSanRfc822Name("b@acme.example"));

    assertRefused(verify(certificate, "san.email", "cn"), Reason.NO_USER);
    assertUser(verify(certificate, "san.dns", "cn"), "alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice\0root",
        "\0alice",
        "alice\nroot",
        "alice ",
        " alice",
        "",
        " ",
        "alice,root",
        "аlice", // a Cyrillic letter first
        "alice\u200b",
        "ａｌｉｃｅ"
      })
  void makesNoUserOfACommonNameThatIsNone(String name) {
    byte[] subject = name(text(UTF8_STRING, name, StandardCharsets.UTF_8));

    assertRefused(verify(certificate(subject), "cn"), Reason.NO_USER);
    assertRefused(
        verify(
            certificate(
                builder ->
                    builder.subject(new X500Principal(subject)).addSanDnsName("root.example")),
            "cn",
            "san.dns"),
        Reason.NO_USER);
  }

  static Stream<Arguments> readableTexts() {
    return Stream.of(
        Arguments.of(UTF8_STRING), Arguments.of(PRINTABLE_STRING), Arguments.of(IA5_STRING));
  }

  @ParameterizedTest
  @MethodSource("readableTexts")
  void readsTextOfTheKindsInUse(int tag) {
    assertUser(
        verify(certificate(name(text(tag, "alice", StandardCharsets.US_ASCII))), "cn"), "alice");
  }

  static Stream<Arguments> unreadableTexts() {
    return Stream.of(
        Arguments.of(TELETEX_STRING, "alice", StandardCharsets.ISO_8859_1),
        Arguments.of(BMP_STRING, "alice", StandardCharsets.UTF_16BE),
        Arguments.of(UNIVERSAL_STRING, "alice", Charset.forName("UTF-32BE")),
        // The bytes of "root" for whoever takes them for ASCII.
        Arguments.of(BMP_STRING, "\u726f\u6f74", StandardCharsets.UTF_16BE),
        Arguments.of(IA5_STRING, "b\u00f6b", StandardCharsets.ISO_8859_1),
        Arguments.of(UTF8_STRING, "b\u00f6b", StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("unreadableTexts")
  void refusesTextThatReadsInMoreThanOneWay(int tag, String text, Charset charset) {
    byte[] subject = name(text(tag, text, charset));

    assertRefused(verify(certificate(subject), "cn"), Reason.BAD_CERTIFICATE);
    assertRefused(verify(certificate(subject), "subject"), Reason.BAD_CERTIFICATE);
    assertRefused(
        verify(
            certificate(
                builder -> builder.subject(new X500Principal(subject)).addSanDnsName("a.example")),
            "san.dns"),
        Reason.BAD_CERTIFICATE);
  }

  @Test
  void refusesAHugeSubject() {
    assertRefused(
        verify(
            certificate(
                builder ->
                    builder.subject("CN=alice, O=" + "x".repeat(1100)).addSanDnsName("a.example")),
            "san.dns"),
        Reason.BAD_CERTIFICATE);
    assertRefused(verify(certificate("CN=" + "a".repeat(300)), "cn"), Reason.NO_USER);
  }

  static Stream<byte[]> unreadableAlternativeNames() {
    byte[] email = element(0x81, "root@acme.example".getBytes(StandardCharsets.US_ASCII));
    return Stream.of(
        new byte[0],
        new byte[] {0x30},
        new byte[] {0x30, (byte) 0x84, 0x7f, 0x7f, 0x7f, 0x7f},
        new byte[] {0x30, (byte) 0x80},
        element(0x31, email),
        element(0x30, Arrays.copyOf(email, email.length - 1)),
        join(element(0x30, email), email),
        element(0x30, new byte[] {0x1f, 0x00}),
        element(0x30, element(0x81, "ro\u00f6t".getBytes(StandardCharsets.ISO_8859_1))));
  }

  @ParameterizedTest
  @MethodSource("unreadableAlternativeNames")
  void refusesAlternativeNamesThatCannotBeRead(byte[] extension) {
    X509Certificate certificate =
        certificate(
            builder ->
                builder.subject("CN=alice").addExtensionOctetString("2.5.29.17", false, extension));

    assertRefused(verify(certificate, "san.email", "cn"), Reason.BAD_CERTIFICATE);
  }

  @Test
  void makesNoUserOfAnAlternativeNameWithANul() {
    byte[] email = "root@acme.example\0.evil.example".getBytes(StandardCharsets.US_ASCII);
    X509Certificate certificate =
        certificate(
            builder ->
                builder
                    .subject("CN=alice")
                    .addExtensionOctetString(
                        "2.5.29.17", false, element(0x30, element(0x81, email))));

    assertRefused(verify(certificate, "san.email", "cn"), Reason.NO_USER);
  }

  @Test
  void looksAtTheDatesWithEveryRequest() {
    X509Certificate certificate = certificate("CN=alice");
    Instant first = certificate.getNotBefore().toInstant();
    Instant last = certificate.getNotAfter().toInstant();
    UserMapping mapping = mapping(List.of("cn"), null, null);
    List<Check> passed = new ArrayList<>();

    assertUser(verify(mapping, certificate, first, Trail.NONE), "alice");
    assertUser(verify(mapping, certificate, last, Trail.NONE), "alice");
    assertRefused(
        verify(mapping, certificate, first.minusMillis(1), passed::add), Reason.NOT_YET_VALID);
    assertThat(passed).containsExactly(Check.CERTIFICATE, Check.EXPIRY);
    passed.clear();
    assertRefused(
        verify(mapping, certificate, last.plus(Duration.ofMillis(1)), passed::add), Reason.EXPIRED);
    assertThat(passed).containsExactly(Check.CERTIFICATE);
  }

  @Test
  void refusesACertificateForAnotherPurpose() {
    assertRefused(
        verify(certificate(b -> b.subject("CN=alice").addExtendedKeyUsageServerAuth()), "cn"),
        Reason.BAD_CERTIFICATE);
    assertUser(
        verify(
            certificate(
                b ->
                    b.subject("CN=alice")
                        .addExtendedKeyUsageServerAuth()
                        .addExtendedKeyUsageClientAuth()),
            "cn"),
        "alice");
    assertUser(
        verify(certificate(b -> b.subject("CN=alice").addExtendedKeyUsage("2.5.29.37.0")), "cn"),
        "alice");
  }

  /** A subject with one CN. */
  private static byte[] name(byte[] value) {
    byte[] type = {0x06, 0x03, 0x55, 0x04, 0x03};
    return element(0x30, element(0x31, element(0x30, join(type, value))));
  }

  private static byte[] text(int tag, String text, Charset charset) {
    return element(tag, text.getBytes(charset));
  }

  private static byte[] element(int tag, byte[] content) {
    assertThat(content.length).isLessThan(128);
    return join(new byte[] {(byte) tag, (byte) content.length}, content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
