package dev.passgate.protocol;

import org.jspecify.annotations.Nullable;

/** Decides what becomes of the URIs in an answer of Trino. */
public interface UriMapping {

  /**
   * The URI to put in the place of another.
   *
   * @param uri the value as a JSON or header parser would see it, with every escape resolved. It is
   *     what the cluster sent, so it may be anything, and not only a URI
   * @return the URI for the client, or null to leave the value as it is, byte for byte
   */
  @Nullable String map(UriField field, String uri);

  /**
   * Whether a value that starts like this is for {@link #map} to change. It is asked instead of
   * {@code map} about a value too long to be held, of which only the start is known. Where the
   * answer is yes the value cannot be let through, and the answer is cut.
   *
   * @param start the first characters of the value, at least {@value JsonUriRewriter#MAX_URI_BYTES}
   *     / 6 of them unless the value stops being valid JSON before
   */
  boolean concerns(UriField field, String start);
}
