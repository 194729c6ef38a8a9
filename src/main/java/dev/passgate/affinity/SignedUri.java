package dev.passgate.affinity;

import org.jspecify.annotations.Nullable;

/**
 * Path and query of a URI with a signature as its last parameter, {@code pg}.
 *
 * @param path the raw path
 * @param query the raw query without the signature; null where there is no other
 * @param signature the signature, of which nothing is known but its place
 */
record SignedUri(String path, @Nullable String query, String signature) {

  private static final String PARAMETER = "pg=";

  /** A path and query with a signature added. */
  static String with(String target, String signature) {
    return target + (target.indexOf('?') < 0 ? '?' : '&') + PARAMETER + signature;
  }

  /** Null where the last parameter is not a signature. */
  static @Nullable SignedUri parse(String path, @Nullable String query) {
    int start = query == null ? -1 : query.length() - PARAMETER.length() - Signer.LENGTH;
    if (query == null
        || start < 0
        || !query.startsWith(PARAMETER, start)
        || (start > 0 && query.charAt(start - 1) != '&')) {
      return null;
    }
    return new SignedUri(
        path,
        start == 0 ? null : query.substring(0, start - 1),
        query.substring(start + PARAMETER.length()));
  }

  /** What was signed: path and query as the cluster gave them. */
  String target() {
    return query == null ? path : path + "?" + query;
  }
}
