package dev.passgate.affinity;

/**
 * Stands for texts towards people who may not learn them: the same for the same text at all
 * replicas with one signing key, and no help for guessing to who has not got that. Thread-safe.
 */
public final class Fingerprints {

  private final Signer signer;

  Fingerprints(Signer signer) {
    this.signer = signer;
  }

  /** HMAC-SHA-256 with the signing key, in small hexadecimal digits. */
  public String of(String text) {
    return signer.fingerprint(text);
  }
}
