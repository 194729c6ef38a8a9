package dev.passgate.identity.certificate;

import dev.passgate.identity.certificate.DerReader.Element;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The subject's alternative names (RFC 5280, section 4.2.1.6), as far as they can name a user. Read
 * from their encoding: Java takes an extension that it cannot read for one that is not there, and
 * then another claim would name the user.
 *
 * @param emails rfc822Name
 * @param hosts dNSName
 * @param uris uniformResourceIdentifier
 */
record AlternativeNames(List<String> emails, List<String> hosts, List<String> uris) {

  private static final String EXTENSION = "2.5.29.17";

  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int EMAIL = 0x81;
  private static final int HOST = 0x82;
  private static final int URI = 0x86;

  AlternativeNames {
    emails = List.copyOf(emails);
    hosts = List.copyOf(hosts);
    uris = List.copyOf(uris);
  }

  /**
   * Reads the alternative names; there are none where the extension is not there.
   *
   * @throws UnreadableCertificate where it is there and cannot be read
   */
  static AlternativeNames of(X509Certificate certificate) throws UnreadableCertificate {
    List<String> emails = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    byte[] extension = certificate.getExtensionValue(EXTENSION);
    if (extension != null) {
      DerReader names = new DerReader(extension).only().open(OCTET_STRING).only().open(SEQUENCE);
      while (names.hasNext()) {
        Element name = names.next();
        switch (name.tag()) {
          case EMAIL -> emails.add(SubjectName.ascii(name.content()));
          case HOST -> hosts.add(SubjectName.ascii(name.content()));
          case URI -> uris.add(SubjectName.ascii(name.content()));
          default -> {
            // addresses, directory names and the like, which name no user here
          }
        }
      }
    }
    return new AlternativeNames(emails, hosts, uris);
  }
}
