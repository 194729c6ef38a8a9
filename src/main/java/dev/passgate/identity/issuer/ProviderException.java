package dev.passgate.identity.issuer;

/**
 * What an identity provider answered cannot be used. The message is ours and quotes nothing of the
 * answer.
 */
final class ProviderException extends Exception {

  private static final long serialVersionUID = 1;

  ProviderException(String message) {
    super(message, null, false, false);
  }
}
