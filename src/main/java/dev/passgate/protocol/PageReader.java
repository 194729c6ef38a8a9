package dev.passgate.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a page of a query apart as its bytes come ({@code io.trino.client.QueryResults}): each row
 * is handed on as soon as it is whole, as the JSON text that Trino wrote, and so is every other
 * member. Keeps no more than the one row or member whose end has not come. Not thread-safe.
 *
 * <p>What lies between is read leniently, and within rows and members brackets are counted, not
 * matched: a cluster writes JSON, and what it writes of a row is handed on as it is.
 */
public final class PageReader {

  /** Gets what a page holds, in its order. The bytes are lent for the time of the call. */
  public interface Sink {

    /** A member other than the rows; the text from {@code start} to before {@code end}. */
    void member(String name, byte[] bytes, int start, int end);

    /** A row, from its opening to after its closing bracket. */
    void row(byte[] bytes, int start, int end);
  }

  /** The page is not one of Trino's, or one of its parts is larger than what is kept. */
  public static final class UnreadablePageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private UnreadablePageException(String message) {
      super(message);
    }
  }

  private static final String ROWS = "data";

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    BEFORE_PAGE,
    BEFORE_NAME,
    NAME,
    BEFORE_COLON,
    BEFORE_VALUE,
    CONTAINER,
    STRING,
    WORD,
    BEFORE_ROW,
    ROW,
    AFTER_PAGE
  }

  private final Sink sink;
  private final int maxPartBytes;
  private final JsonSkipper skipper = new JsonSkipper();

  private State state = State.BEFORE_PAGE;
  private String name = "";

  /** Where the part that is being read begins in the bytes at hand. */
  private int partStart;

  /** What came before of the part that is being read. */
  private byte[] held = new byte[0];

  private int heldLength;

  /**
   * @param maxPartBytes the longest row, and the longest other member, that is read
   */
  public PageReader(Sink sink, int maxPartBytes) {
    this.sink = sink;
    this.maxPartBytes = maxPartBytes;
  }

  /**
   * Reads the next bytes of the page.
   *
   * @throws UnreadablePageException from then on the reader is of no use
   */
  public void read(byte[] bytes, int from, int to) {
    partStart = from;
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case NAME, CONTAINER, STRING, ROW -> part(bytes, i, to);
            case WORD -> word(bytes, i, to);
            default -> between(bytes[i], i);
          };
    }
    switch (state) {
      case NAME, CONTAINER, STRING, ROW, WORD -> hold(bytes, partStart, to);
      default -> {}
    }
  }

  /**
   * To be called after the last bytes.
   *
   * @throws UnreadablePageException if the page is not whole
   */
  public void end() {
    if (state != State.AFTER_PAGE) {
      throw new UnreadablePageException("the page has no end");
    }
  }

  private int between(byte b, int at) {
    if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      return at + 1;
    }
    return switch (state) {
      case BEFORE_PAGE -> passed(b == '{', State.BEFORE_NAME, at);
      case BEFORE_NAME -> {
        if (b == '"') {
          skipper.enterString(false);
          yield opened(State.NAME, at);
        }
        yield passed(b == ',' || b == '}', b == '}' ? State.AFTER_PAGE : state, at);
      }
      case BEFORE_COLON -> passed(b == ':', State.BEFORE_VALUE, at);
      case BEFORE_VALUE -> value(b, at);
      case BEFORE_ROW -> {
        if (b == '[') {
          skipper.enterContainer();
          yield opened(State.ROW, at);
        }
        yield passed(b == ',' || b == ']', b == ']' ? State.BEFORE_NAME : state, at);
      }
      default -> throw new UnreadablePageException("something follows the page");
    };
  }

  private int value(byte first, int at) {
    if (first == '[' && name.equals(ROWS)) {
      return passed(true, State.BEFORE_ROW, at);
    }
    return switch (first) {
      case '[', '{' -> {
        skipper.enterContainer();
        yield opened(State.CONTAINER, at);
      }
      case '"' -> {
        skipper.enterString(false);
        yield opened(State.STRING, at);
      }
      default -> {
        expect(isOfWord(first) && first != ':');
        opened(State.WORD, at);
        yield at;
      }
    };
  }

  private int passed(boolean expected, State next, int at) {
    expect(expected);
    state = next;
    return at + 1;
  }

  /** The byte that opens a part belongs to it. */
  private int opened(State part, int at) {
    state = part;
    partStart = at;
    return at + 1;
  }

  private int part(byte[] bytes, int from, int to) {
    int end = skipper.skip(bytes, from, to);
    if (skipper.isDone()) {
      finish(bytes, end);
    }
    return end;
  }

  private int word(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && isOfWord(bytes[end])) {
      end++;
    }
    if (end < to) {
      finish(bytes, end);
    }
    return end;
  }

  /** A part that is whole in the bytes at hand is read where it is. */
  private void finish(byte[] bytes, int end) {
    if (heldLength == 0) {
      check(end - partStart);
      hand(bytes, partStart, end);
    } else {
      hold(bytes, partStart, end);
      int length = heldLength;
      heldLength = 0;
      hand(held, 0, length);
    }
  }

  private static boolean isOfWord(byte b) {
    return b > ' ' && b != ',' && b != '}' && b != ']' && b != '"';
  }

  private void hand(byte[] bytes, int start, int end) {
    switch (state) {
      case NAME -> {
        name = new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
        state = State.BEFORE_COLON;
      }
      case ROW -> {
        state = State.BEFORE_ROW;
        sink.row(bytes, start, end);
      }
      default -> {
        state = State.BEFORE_NAME;
        boolean none = Arrays.equals(bytes, start, end, NULL, 0, NULL.length);
        if (name.equals(ROWS) && !none) {
          throw new UnreadablePageException("the rows are no array");
        }
        if (!none) {
          sink.member(name, bytes, start, end);
        }
      }
    }
  }

  private void hold(byte[] bytes, int from, int to) {
    int length = to - from;
    check(heldLength + length);
    if (heldLength + length > held.length) {
      int doubled = (int) Math.min(maxPartBytes, 2L * held.length);
      held = Arrays.copyOf(held, Math.max(Math.max(256, doubled), heldLength + length));
    }
    System.arraycopy(bytes, from, held, heldLength, length);
    heldLength += length;
  }

  private void check(int length) {
    if (length < 0 || length > maxPartBytes) {
      throw new UnreadablePageException(
          state == State.ROW
              ? "a row is longer than " + maxPartBytes + " bytes"
              : "a member of the page is longer than " + maxPartBytes + " bytes");
    }
  }

  private static void expect(boolean met) {
    if (!met) {
      throw new UnreadablePageException("the page is not JSON of Trino's form");
    }
  }
}
