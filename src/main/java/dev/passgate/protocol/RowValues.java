package dev.passgate.protocol;

/**
 * Goes through the values of a row, or of any JSON array, each as the text that Trino wrote. To be
 * used for one array after the other; not thread-safe.
 */
public final class RowValues {

  private final JsonSkipper skipper = new JsonSkipper();

  private byte[] bytes = new byte[0];
  private int limit;
  private int start;
  private int end;

  /**
   * Turns to another array.
   *
   * @param from of its opening bracket
   * @param to after its closing bracket
   */
  public RowValues of(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.limit = to - 1;
    this.end = from + 1;
    this.start = this.end;
    return this;
  }

  /** Goes to the next value; whether there is one. */
  public boolean next() {
    int i = end;
    while (i < limit && (bytes[i] <= ' ' || bytes[i] == ',')) {
      i++;
    }
    start = i;
    if (i >= limit) {
      end = limit;
      return false;
    }
    switch (bytes[i]) {
      case '"' -> {
        skipper.enterString(false);
        i = skipper.skip(bytes, i + 1, limit);
      }
      case '[', '{' -> {
        skipper.enterContainer();
        i = skipper.skip(bytes, i + 1, limit);
      }
      default -> {
        while (i < limit && bytes[i] != ',' && bytes[i] > ' ') {
          i++;
        }
      }
    }
    end = i;
    return true;
  }

  /** Of the array's and so of the value's. */
  public byte[] bytes() {
    return bytes;
  }

  /** Of the value's first byte. */
  public int start() {
    return start;
  }

  /** After the value's last byte. */
  public int end() {
    return end;
  }

  public boolean isNull() {
    return bytes[start] == 'n';
  }

  public boolean isString() {
    return bytes[start] == '"';
  }
}
