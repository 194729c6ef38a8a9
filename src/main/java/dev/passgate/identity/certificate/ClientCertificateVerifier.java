package dev.passgate.identity.certificate;

import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.MappedUser;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserNamespaces;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import reactor.core.scheduler.Schedulers;

/**
 * Decides by what a certificate says. The handshake verified its chain once, for a connection that
 * may outlive it, and checks neither dates nor purpose of a certificate that is itself in the trust
 * store: both are looked at here, with each request.
 */
final class ClientCertificateVerifier implements CertificateVerifier, AutoCloseable {

  /** What stands in the place of an issuer's name. */
  static final String ISSUER = IdentitySources.CERTIFICATE;

  /** RFC 5280, section 4.2.1.12: id-kp-clientAuth and anyExtendedKeyUsage. */
  private static final List<String> PURPOSES = List.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

  private final UserMapping users;
  private final UserNamespaces namespaces;
  private final InstantSource clock;

  ClientCertificateVerifier(UserMapping users, UserNamespaces namespaces, InstantSource clock) {
    this.users = users;
    this.namespaces = namespaces;
    this.clock = clock;
  }

  @Override
  public Verdict verify(X509Certificate certificate, Trail trail) {
    try {
      SubjectName subject = SubjectName.of(certificate.getSubjectX500Principal());
      AlternativeNames names = AlternativeNames.of(certificate);
      if (!isForClients(certificate)) {
        return refused(Reason.BAD_CERTIFICATE, "the certificate is not one for TLS clients");
      }
      trail.passed(Check.CERTIFICATE);
      return verify(certificate, subject, names, trail);
    } catch (UnreadableCertificate | CertificateParsingException _) {
      return refused(
          Reason.BAD_CERTIFICATE, "a name in the certificate cannot be read, or not in one way");
    }
  }

  /** Begins to look at the mapping's file. */
  void start() {
    users.watch(Schedulers.boundedElastic());
  }

  @Override
  public void close() {
    users.close();
  }

  private Verdict verify(
      X509Certificate certificate, SubjectName subject, AlternativeNames names, Trail trail) {
    Instant now = clock.instant();
    Instant last = certificate.getNotAfter().toInstant();
    if (now.isAfter(last)) {
      return refused(Reason.EXPIRED, "the certificate has expired");
    }
    trail.passed(Check.EXPIRY);
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return refused(Reason.NOT_YET_VALID, "the certificate is not valid yet");
    }
    trail.passed(Check.NOT_BEFORE);
    MappedUser mapped = users.map(CertificateClaims.of(subject, names));
    return switch (namespaces.admit(users.prefix(), mapped)) {
      case MappedUser.None none -> refused(Reason.NO_USER, none.detail());
      case MappedUser.User user -> {
        trail.passed(Check.USER);
        yield new Identity(ISSUER, user.name(), subject.text(), last);
      }
    };
  }

  private static boolean isForClients(X509Certificate certificate)
      throws CertificateParsingException {
    List<String> purposes = certificate.getExtendedKeyUsage();
    return purposes == null || purposes.stream().anyMatch(PURPOSES::contains);
  }

  private static Refusal refused(Reason reason, String detail) {
    return Refusal.of(reason, detail, ISSUER);
  }
}
