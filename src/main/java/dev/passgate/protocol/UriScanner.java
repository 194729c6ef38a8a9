package dev.passgate.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the URIs in the pieces of a JSON text and decides what becomes of each.
 *
 * <p>Understands only the containers on the way to a URI and leaves the others to {@link
 * JsonSkipper}. It validates nothing: whatever is not expected at its place is passed over, and a
 * closing bracket of either kind closes the innermost container, so that every input has one
 * meaning that does not depend on how it is cut. Not thread-safe.
 */
final class UriScanner {

  private enum Mode {
    /** Between strings, in a container that is looked into. */
    STRUCTURE,
    /** In a key of such a container. */
    KEY,
    /** In a string that is a URI. */
    VALUE,
    /** In a string or a container that is not looked into. */
    SKIPPED
  }

  private enum Expected {
    KEY,
    COLON,
    VALUE,
    /** A comma or the end, and values are out of place. */
    COMMA
  }

  private final UriMapping mapping;
  private final Splicer splicer;
  private final JsonSkipper skipper = new JsonSkipper();

  /** The containers around, innermost last. Below all is the sequence of documents. */
  private final Shape[] around;

  private int innermost;

  private Mode mode = Mode.STRUCTURE;
  private Expected expected = Expected.VALUE;

  /** What the value of the last key, or the next element, is; null if it is skipped. */
  private @Nullable Shape shape;

  private boolean escaped;
  private final MemberName key = new MemberName();

  /**
   * @param document the shape of each document; several may follow each other
   */
  UriScanner(Shape document, UriMapping mapping, Splicer splicer) {
    this.mapping = mapping;
    this.splicer = splicer;
    Shape documents = new Shape.Elements(document);
    this.around = new Shape[documents.depth()];
    this.around[0] = documents;
    this.shape = document;
  }

  /**
   * Goes on with the next piece.
   *
   * @param offset what to add to an index of {@code bytes} for the index in the chunk
   */
  void scan(byte[] bytes, int from, int to, int offset, JsonUriRewriter.Output out) {
    int i = from;
    while (i < to) {
      i =
          switch (mode) {
            case STRUCTURE -> scanStructure(bytes, i, to, offset);
            case KEY -> scanKey(bytes, i, to);
            case VALUE -> scanValue(bytes, i, to, offset, out);
            case SKIPPED -> skip(bytes, i, to);
          };
    }
  }

  private int skip(byte[] bytes, int from, int to) {
    int i = skipper.skip(bytes, from, to);
    if (skipper.isDone()) {
      mode = Mode.STRUCTURE;
    }
    return i;
  }

  private int scanStructure(byte[] bytes, int from, int to, int offset) {
    int i = from;
    while (i < to && mode == Mode.STRUCTURE) {
      byte b = bytes[i++];
      if (escaped) {
        escaped = false;
        continue;
      }
      switch (b) {
        case '"' -> enterString(i + offset);
        case '{', '[' -> enterContainer(b);
        case '}', ']' -> leaveContainer();
        case ',' -> expect(Expected.KEY);
        case ':' -> expect(Expected.VALUE);
        case '\\' -> escaped = true;
        default -> {}
      }
    }
    return i;
  }

  /** After a comma or colon. Elements of an array are always expected. */
  private void expect(Expected next) {
    if (around[innermost] instanceof Shape.Members
        && (next == Expected.KEY || expected == Expected.COLON)) {
      expected = next;
    }
  }

  private void enterString(int start) {
    if (expected == Expected.KEY) {
      mode = Mode.KEY;
      key.clear();
    } else if (expected == Expected.VALUE && shape instanceof Shape.Text) {
      mode = Mode.VALUE;
      splicer.beginValue(start);
    } else {
      mode = Mode.SKIPPED;
      skipper.enterString(false);
      valueTaken();
    }
  }

  private void enterContainer(byte bracket) {
    Shape container = expected == Expected.VALUE ? shape : null;
    valueTaken();
    switch (container) {
      case Shape.Members members when bracket == '{' -> {
        around[++innermost] = members;
        expected = Expected.KEY;
      }
      case Shape.Elements elements when bracket == '[' -> {
        around[++innermost] = elements;
        expectElement(elements);
      }
      case null, default -> {
        mode = Mode.SKIPPED;
        skipper.enterContainer();
      }
    }
  }

  private void leaveContainer() {
    if (innermost == 0) {
      return;
    }
    innermost--;
    if (around[innermost] instanceof Shape.Elements elements) {
      expectElement(elements);
    } else {
      expected = Expected.COMMA;
    }
  }

  private void expectElement(Shape.Elements elements) {
    expected = Expected.VALUE;
    shape = elements.element();
  }

  /** A value has come, so a member of an object has no other. */
  private void valueTaken() {
    if (expected == Expected.VALUE && around[innermost] instanceof Shape.Members) {
      expected = Expected.COMMA;
    }
  }

  private int scanKey(byte[] bytes, int from, int to) {
    int end = endOfString(bytes, from, to);
    key.append(bytes, from, end);
    if (end == to) {
      return to;
    }
    mode = Mode.STRUCTURE;
    expected = Expected.COLON;
    shape = around[innermost] instanceof Shape.Members members ? key.in(members) : null;
    return end + 1;
  }

  private int scanValue(byte[] bytes, int from, int to, int offset, JsonUriRewriter.Output out) {
    int limit = Math.min(to, from + JsonUriRewriter.MAX_URI_BYTES - splicer.size());
    int end = endOfString(bytes, from, limit);
    splicer.hold(bytes, from, end);
    if (end < limit || (end < to && bytes[end] == '"' && !escaped)) {
      decide(end + offset, out);
      mode = Mode.STRUCTURE;
      valueTaken();
      return end + 1;
    }
    if (end < to) {
      letThrough(out);
    }
    return end;
  }

  /** A whole value is held. */
  private void decide(int end, JsonUriRewriter.Output out) {
    String uri = JsonStrings.decode(splicer.held(), splicer.size());
    String mapped = uri == null ? null : mapping.map(field(), uri);
    if (mapped == null) {
      splicer.keep(out);
    } else {
      splicer.replace(end, JsonStrings.encode(mapped), out);
    }
  }

  /** A value is too long: it passes if it is none of ours, which its start shows. */
  private void letThrough(JsonUriRewriter.Output out) {
    String start = JsonStrings.decodeStart(splicer.held(), splicer.size());
    if (mapping.concerns(field(), start)) {
      throw new UriTooLongException(field());
    }
    splicer.keep(out);
    mode = Mode.SKIPPED;
    skipper.enterString(escaped);
    escaped = false;
    valueTaken();
  }

  private UriField field() {
    if (shape instanceof Shape.Text text) {
      return text.field();
    }
    throw new IllegalStateException();
  }

  /** The index of the quote that ends a string, or {@code to}. */
  private int endOfString(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (escaped) {
        escaped = false;
      } else if (bytes[i] == '\\') {
        escaped = true;
      } else if (bytes[i] == '"') {
        return i;
      }
    }
    return to;
  }
}
