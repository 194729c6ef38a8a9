package dev.passgate.protocol;

/** The places of Trino's answers that are looked at: nearly all may hold a URI of the cluster. */
public enum UriField {
  /** {@code nextUri} of {@code QueryResults}: where the client polls next. */
  NEXT_URI,
  /** {@code infoUri} of {@code QueryResults}: the page that a person may open. */
  INFO_URI,
  /** {@code partialCancelUri} of {@code QueryResults}. */
  PARTIAL_CANCEL_URI,
  /** {@code data.segments[*].uri} of the spooled protocol: where a segment is fetched. */
  SEGMENT_URI,
  /** {@code data.segments[*].ackUri} of the spooled protocol: where a segment is given back. */
  SEGMENT_ACK_URI,
  /**
   * {@code self} of {@code BasicQueryInfo} and {@code QueryInfo}, at a coordinator's own address.
   */
  QUERY_SELF,
  /** {@code error.errorName} of {@code QueryResults}: no URI, and never changed. */
  ERROR_NAME,
  /** The header {@code Location}. */
  LOCATION,
  /** A parameter of the header {@code WWW-Authenticate}, such as {@code x_redirect_server}. */
  CHALLENGE
}
