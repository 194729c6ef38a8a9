package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import java.util.List;

/**
 * Writes the result of one query in one form. Called in this order: {@link #begin} once, {@link
 * #row} for each, and one of {@link #complete} and {@link #fail}. A query may fail before it has
 * columns, after heartbeats or progress alone. Holds nothing that must be released, so that it may
 * be left at any point. Not thread-safe.
 */
public interface ResultWriter {

  /**
   * Writes what stands before the rows.
   *
   * @param columns empty for a statement that has no result
   */
  void begin(List<Column> columns, ByteOutput out);

  /**
   * A row, turned to and not gone through yet.
   *
   * @throws UnreadableResultException if it does not fit the columns, or the form has no way to
   *     write one of its values; nothing of the row is written then, and {@link #fail} may follow
   */
  void row(RowValues values, ByteOutput out);

  /**
   * Writes what of the rows was collected so far; only where the form writes many rows together. To
   * be called where the next row may take its time, as at the end of a page.
   */
  default void flush(ByteOutput out) {}

  void complete(ByteOutput out);

  /** The query failed; where the form has no word for it, nothing is written. */
  void fail(QueryError error, ByteOutput out);

  /** How far the query is; only where the form has a word for it and the caller asked. */
  default void progress(Progress progress, ByteOutput out) {}

  /** Something that means nothing, while a query waits; only where the form has it. */
  default void heartbeat(ByteOutput out) {}

  /**
   * Whether an answer that failed is cut off after {@link #fail}, as readers of the form would else
   * take a part for the whole.
   */
  boolean cutsOnFailure();
}
