package dev.passgate.identity.certificate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a certificate says of its holder, in the form in which a token's claims are mapped. */
final class CertificateClaims {

  private static final String SUBJECT = "subject";
  private static final String COMMON_NAME = "cn";
  private static final String EMAIL = "san.email";
  private static final String HOST = "san.dns";
  private static final String URI = "san.uri";

  /** All that there are. */
  static final Set<String> NAMES = Set.of(SUBJECT, COMMON_NAME, EMAIL, HOST, URI);

  private CertificateClaims() {}

  /**
   * The claims that are present. One of which a certificate has several values is a list, which
   * names no user: whichever were taken, it could be the wrong one.
   */
  static Map<String, Object> of(SubjectName subject, AlternativeNames names) {
    Map<String, Object> claims = new HashMap<>();
    claims.put(SUBJECT, subject.text());
    put(claims, COMMON_NAME, subject.commonNames());
    put(claims, EMAIL, names.emails());
    put(claims, HOST, names.hosts());
    put(claims, URI, names.uris());
    return claims;
  }

  private static void put(Map<String, Object> claims, String name, List<String> values) {
    switch (values.size()) {
      case 0 -> {
        // absent: the next claim is asked
      }
      case 1 -> claims.put(name, values.getFirst());
      default -> claims.put(name, values);
    }
  }
}
