package dev.passgate.sql;

import dev.passgate.sql.format.QueryError;

/** Trino says that the query failed, or the gateway ended it. */
public final class QueryFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient QueryError error;

  QueryFailedException(QueryError error) {
    super(error.message());
    this.error = error;
  }

  public QueryError error() {
    return error;
  }
}
