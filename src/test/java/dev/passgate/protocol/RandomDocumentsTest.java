package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.cut;
import static dev.passgate.protocol.Rewriting.randomCuts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.Rewriting.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Against an oracle: a JSON parser, and the same rewriting of its tree. */
class RandomDocumentsTest {

  private static final int DOCUMENTS = 2_000;
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String OWN = "http://trino:8080";
  private static final String EXTERNAL = "https://gateway.example";

  /** A string of JSON. */
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"");

  @Test
  void changesTheExpectedValuesAndNothingElse() {
    int urisOfSegments = 0;
    for (int seed = 0; seed < DOCUMENTS; seed++) {
      Random random = new Random(seed);
      String document = new Documents(random).document();
      byte[] input = bytes(document);

      byte[] output = cut(input, Memory.HEAP, randomCuts(input.length, random));

      JsonNode expected = rewritten(MAPPER.readTree(input));
      urisOfSegments +=
          Math.toIntExact(
              expected
                  .path("data")
                  .path("segments")
                  .valueStream()
                  .filter(RandomDocumentsTest::isExternal)
                  .count());
      assertThat(MAPPER.readTree(output))
          .describedAs("seed %d: %s", seed, document)
          .isEqualTo(expected);
      assertThat(withoutUris(new String(output, StandardCharsets.UTF_8)))
          .describedAs("seed %d", seed)
          .isEqualTo(withoutUris(document));
      assertThat(cut(input, Memory.DIRECT, randomCuts(input.length, random))).isEqualTo(output);
    }
    assertThat(urisOfSegments).describedAs("the documents are to the point").isGreaterThan(100);
  }

  private static boolean isExternal(JsonNode segment) {
    return segment.path("uri").asString("").startsWith(EXTERNAL);
  }

  private static JsonNode rewritten(JsonNode document) {
    rewriteMembers(document, List.of("nextUri", "infoUri", "partialCancelUri"));
    JsonNode segments = document.path("data").path("segments");
    if (segments.isArray()) {
      segments.forEach(segment -> rewriteMembers(segment, List.of("uri", "ackUri")));
    }
    return document;
  }

  private static void rewriteMembers(JsonNode node, List<String> names) {
    if (node instanceof ObjectNode object) {
      for (String name : names) {
        JsonNode value = object.path(name);
        if (value.isString() && value.stringValue().startsWith(OWN + "/")) {
          object.put(name, EXTERNAL + value.stringValue().substring(OWN.length()));
        }
      }
    }
  }

  /** The text with the same word for every string that is an own or external URI. */
  private static String withoutUris(String document) {
    return STRING
        .matcher(document)
        .replaceAll(
            string -> {
              String text = MAPPER.readTree(string.group()).stringValue();
              boolean uri = text.startsWith(OWN + "/") || text.startsWith(EXTERNAL + "/");
              return uri ? "URI" : Matcher.quoteReplacement(string.group());
            });
  }

  /** Makes documents that look like QueryResults in the wrong places too. */
  private record Documents(Random random) {

    private static final List<String> NAMES =
        List.of(
            "nextUri",
            "infoUri",
            "partialCancelUri",
            "data",
            "segments",
            "uri",
            "ackUri",
            "stats",
            "id",
            "\\\"nextUri",
            "nextUri\\u0000",
            "");

    String document() {
      return space() + object(true, 0) + space();
    }

    private String object(boolean leadsOn, int depth) {
      StringBuilder json = new StringBuilder("{");
      // Each name once: the oracle keeps the last of duplicates only.
      int start = random.nextInt(NAMES.size());
      int step = List.of(1, 5, 7, 11).get(random.nextInt(4));
      int count = random.nextInt(leadsOn ? NAMES.size() + 1 : 4);
      for (int i = 0; i < count; i++) {
        String name = NAMES.get((start + i * step) % NAMES.size());
        json.append(i == 0 ? "" : ",").append(space()).append('"').append(escaped(name));
        json.append('"').append(space()).append(':').append(space()).append(value(name, depth));
        json.append(space());
      }
      return json.append('}').toString();
    }

    private String array(String name, int depth) {
      StringBuilder json = new StringBuilder("[").append(space());
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        json.append(i == 0 ? "" : ",")
            .append(space())
            .append(value(name + "[]", depth))
            .append(space());
      }
      return json.append(']').toString();
    }

    private String value(String name, int depth) {
      int kind = random.nextInt(10);
      boolean leadsOn = name.equals("data") || name.equals("segments[]");
      if (name.toLowerCase(Locale.ROOT).endsWith("uri") && kind < 7) {
        return '"' + escaped(uri()) + '"';
      }
      if (depth < 4 && (leadsOn ? kind < 8 : kind < 3 && !name.equals("segments"))) {
        return object(leadsOn, depth + 1);
      }
      if (depth < 4 && (kind < 5 || name.equals("segments"))) {
        return array(name, depth + 1);
      }
      return switch (kind) {
        case 7 -> List.of("null", "true", "-1.5e3", "0").get(random.nextInt(4));
        case 8 ->
            '"' + List.of("", "é😀", "[{", "}]", "\\\\", "\\\"", ":,").get(random.nextInt(7)) + '"';
        default -> '"' + escaped(uri()) + '"';
      };
    }

    private String uri() {
      String origin =
          List.of(OWN, OWN, "http://trino:80801", "https://s.example", "").get(random.nextInt(5));
      return origin
          + List.of("/v1/a?b=%20", "/", "/é", "/a\\\"b", "/\\u0001").get(random.nextInt(5));
    }

    private String escaped(String text) {
      if (random.nextInt(4) != 0) {
        return text;
      }
      StringBuilder json = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean partOfEscape = text.indexOf('\\') >= 0 && i >= text.indexOf('\\');
        json.append(
            partOfEscape || random.nextInt(3) != 0
                ? String.valueOf(c)
                : c == '/' ? "\\/" : String.format("\\u%04X", (int) c));
      }
      return json.toString();
    }

    private String space() {
      return List.of("", "", "", " ", "\r\n\t").get(random.nextInt(5));
    }
  }
}
