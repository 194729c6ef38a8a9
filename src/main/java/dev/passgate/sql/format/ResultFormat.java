package dev.passgate.sql.format;

/** The forms that a caller may ask for. */
public enum ResultFormat {
  EVENT_STREAM("text/event-stream"),
  NDJSON("application/x-ndjson"),
  JSON("application/json"),
  CSV("text/csv;charset=UTF-8;header=present"),
  ARROW("application/vnd.apache.arrow.stream");

  private final String mediaType;

  ResultFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** What {@code Content-Type} says. */
  public String mediaType() {
    return mediaType;
  }

  /** A writer for one result. */
  public ResultWriter open() {
    return switch (this) {
      case EVENT_STREAM -> new EventStreamWriter();
      case NDJSON -> new NdjsonWriter();
      case JSON -> new JsonWriter();
      case CSV -> new CsvWriter();
      case ARROW -> new ArrowWriter();
    };
  }
}
