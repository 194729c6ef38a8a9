package dev.passgate.identity.certificate;

/** A name in a certificate cannot be read, or reads in more than one way. Quotes nothing of it. */
final class UnreadableCertificate extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableCertificate() {
    super("a name in the certificate cannot be read", null, false, false);
  }
}
