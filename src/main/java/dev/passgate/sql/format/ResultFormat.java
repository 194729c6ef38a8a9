package dev.passgate.sql.format;

import java.util.function.Supplier;

/** The forms that a caller may ask for. */
public enum ResultFormat {
  EVENT_STREAM("text/event-stream", EventStreamWriter::new),
  NDJSON("application/x-ndjson", NdjsonWriter::new),
  JSON("application/json", JsonWriter::new),
  CSV("text/csv;charset=UTF-8;header=present", CsvWriter::new),
  ARROW("application/vnd.apache.arrow.stream", ArrowWriter::new);

  private final String mediaType;
  private final Supplier<ResultWriter> writers;

  ResultFormat(String mediaType, Supplier<ResultWriter> writers) {
    this.mediaType = mediaType;
    this.writers = writers;
  }

  /** What {@code Content-Type} says. */
  public String mediaType() {
    return mediaType;
  }

  /** A writer for one result. */
  public ResultWriter open() {
    return writers.get();
  }
}
