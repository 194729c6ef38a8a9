package dev.passgate.identity;

import java.security.cert.X509Certificate;

/** Decides who a client certificate stands for. */
@FunctionalInterface
public interface CertificateVerifier {

  /**
   * Looks at a certificate whose chain and possession of the key the TLS handshake has verified.
   *
   * @param certificate the client's own
   * @param trail told of the checks that were passed
   * @return the verdict; whatever goes wrong is a {@link Refusal}, never an exception
   */
  Verdict verify(X509Certificate certificate, Trail trail);
}
