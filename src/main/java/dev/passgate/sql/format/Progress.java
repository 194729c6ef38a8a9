package dev.passgate.sql.format;

/**
 * How far a query is ({@code io.trino.client.StatementStats}).
 *
 * @param state such as {@code QUEUED} or {@code RUNNING}
 * @param percent from 0 to 100; 0 while it is not known
 * @param rows processed so far, not returned
 */
public record Progress(String state, double percent, long rows, long bytes, long elapsedMillis) {}
