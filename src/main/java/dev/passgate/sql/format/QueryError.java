package dev.passgate.sql.format;

import org.jspecify.annotations.Nullable;

/**
 * Why a query failed ({@code io.trino.client.QueryError}).
 *
 * @param name such as {@code SYNTAX_ERROR}
 * @param type {@code USER_ERROR}, {@code INTERNAL_ERROR}, {@code INSUFFICIENT_RESOURCES} or {@code
 *     EXTERNAL}
 * @param line from 1; null where the error is at no place
 * @param column from 1
 */
public record QueryError(
    String message,
    int code,
    String name,
    String type,
    @Nullable Integer line,
    @Nullable Integer column,
    @Nullable String queryId) {}
