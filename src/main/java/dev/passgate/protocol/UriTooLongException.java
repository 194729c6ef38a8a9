package dev.passgate.protocol;

/**
 * A URI of a cluster is too long to be rewritten. The answer must be cut: going on would tell the
 * client an address that is not for it.
 */
public final class UriTooLongException extends RuntimeException {

  private final UriField field;

  UriTooLongException(UriField field) {
    super("a URI of the cluster is over " + JsonUriRewriter.MAX_URI_BYTES + " bytes: " + field);
    this.field = field;
  }

  /** Where the URI stood. */
  public UriField field() {
    return field;
  }
}
