package dev.passgate.testing.ldap;

import dev.passgate.testing.tls.SelfSignedCertificate;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory on loopback with the entries of {@link People}, over LDAP, StartTLS and LDAPS.
 * Everybody may bind, users read their own entries, and {@link People#READER} reads all.
 */
public interface LdapServer extends AutoCloseable {

  /** The kinds of directories that there are on this machine: one always, slapd where it is. */
  static List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>(List.of(Kind.IN_MEMORY));
    if (SlapdServer.isInstalled()) {
      kinds.add(Kind.SLAPD);
    }
    return kinds;
  }

  /** Which directory it is. */
  enum Kind {
    /** UnboundID's. */
    IN_MEMORY,
    /** OpenLDAP's. */
    SLAPD;

    public LdapServer start() {
      return switch (this) {
        case IN_MEMORY -> MemoryServer.start();
        case SLAPD -> SlapdServer.start();
      };
    }
  }

  /** Where it is asked in the clear, or with StartTLS. */
  URI uri();

  /** Where it is asked over TLS. */
  URI tlsUri();

  /** What it shows. */
  SelfSignedCertificate certificate();

  /** Ends all connections, and takes no more. */
  void halt();

  /** Goes on after it was halted, on the same ports. */
  void resume();

  @Override
  void close();
}
