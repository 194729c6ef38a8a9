package dev.passgate.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a JSON document that is looked into: a trie of the paths that lead to URIs. What no
 * path leads to is skipped without being understood.
 */
sealed interface Shape {

  /**
   * {@code io.trino.client.QueryResults}, of both protocols: in the direct one {@code data} is an
   * array and does not fit, so all rows are skipped.
   */
  Shape QUERY_RESULTS =
      members(
          Map.of(
              "nextUri", new Text(UriField.NEXT_URI),
              "infoUri", new Text(UriField.INFO_URI),
              "partialCancelUri", new Text(UriField.PARTIAL_CANCEL_URI),
              "error", members(Map.of("errorName", new Text(UriField.ERROR_NAME))),
              "data",
                  members(
                      Map.of(
                          "segments",
                          new Elements(
                              members(
                                  Map.of(
                                      "uri", new Text(UriField.SEGMENT_URI),
                                      "ackUri", new Text(UriField.SEGMENT_ACK_URI))))))));

  /** {@code io.trino.execution.QueryInfo}, what {@code /v1/query/{id}} answers. */
  Shape QUERY_INFO = members(Map.of("self", new Text(UriField.QUERY_SELF)));

  /** What {@code /v1/query} answers: one {@code io.trino.server.BasicQueryInfo} for each query. */
  Shape QUERY_INFOS = new Elements(QUERY_INFO);

  /** How many containers lie on the longest path. */
  int depth();

  /** A string that a mapping is asked about. */
  record Text(UriField field) implements Shape {
    @Override
    public int depth() {
      return 0;
    }
  }

  /** An array whose elements are all alike. */
  record Elements(Shape element) implements Shape {
    @Override
    public int depth() {
      return 1 + element.depth();
    }
  }

  /** An object. Compared as bytes, so that looking up a key allocates nothing. */
  final class Members implements Shape {
    static final int MAX_NAME_LENGTH = 32;

    private final byte[][] names;
    private final Shape[] shapes;

    private Members(Map<String, Shape> members) {
      names = new byte[members.size()][];
      shapes = new Shape[members.size()];
      int i = 0;
      for (Map.Entry<String, Shape> member : members.entrySet()) {
        if (member.getKey().length() > MAX_NAME_LENGTH) {
          throw new IllegalArgumentException("too long a name: " + member.getKey());
        }
        names[i] = member.getKey().getBytes(StandardCharsets.US_ASCII);
        shapes[i++] = member.getValue();
      }
    }

    /** What the member of this name is, with the name as it is without escapes; null if skipped. */
    @Nullable Shape get(byte[] name, int length) {
      for (int i = 0; i < names.length; i++) {
        if (Arrays.equals(names[i], 0, names[i].length, name, 0, length)) {
          return shapes[i];
        }
      }
      return null;
    }

    @Override
    public int depth() {
      return 1 + Arrays.stream(shapes).mapToInt(Shape::depth).max().orElse(0);
    }
  }

  static Shape members(Map<String, Shape> members) {
    return new Members(members);
  }
}
