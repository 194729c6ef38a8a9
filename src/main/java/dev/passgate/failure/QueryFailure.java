package dev.passgate.failure;

import java.net.URI;
import java.util.List;

/**
 * The last page of a query that failed: of {@code io.trino.client.QueryResults} what clients insist
 * on.
 */
record QueryFailure(String id, URI infoUri, Stats stats, Denial error, List<String> warnings) {

  record Stats(String state) {}

  record Denial(String message, int errorCode, String errorName, String errorType) {}

  /** As Trino says it of what its access control denies ({@code StandardErrorCode}). */
  static QueryFailure denied(String id, URI infoUri, String message) {
    return new QueryFailure(
        id,
        infoUri,
        new Stats("FAILED"),
        new Denial(message, 4, "PERMISSION_DENIED", "USER_ERROR"),
        List.of());
  }
}
