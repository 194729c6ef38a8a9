package dev.passgate.identity.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a JSON object that can be read in one way only: valid UTF-8, no name twice at any depth
 * (RFC 7519, section 4, lets a parser take the last one, and two parsers that differ are two
 * answers to who somebody is), nothing after it, and nested no deeper than {@value #MAX_DEPTH}, so
 * that whatever reads it next cannot run out of stack.
 */
public final class StrictJson {

  /** Deeper than any token or key set in use. */
  public static final int MAX_DEPTH = 16;

  /** Names are not kept between documents, for strangers choose them. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(64)
                  .build())
          .build();

  /** The text is not such an object. Says nothing about the text, which may be a secret. */
  public static final class NotStrictJson extends Exception {
    private static final long serialVersionUID = 1;

    NotStrictJson() {
      super("not a JSON object that reads in one way only", null, false, false);
    }
  }

  private StrictJson() {}

  /**
   * Reads the one object that a document holds.
   *
   * @return objects as maps, arrays as lists, numbers as {@code Long} or else {@code Double}
   */
  public static Map<String, @Nullable Object> object(byte[] utf8) throws NotStrictJson {
    String text = decode(utf8);
    // the parser would take a byte order mark for nothing, and others do not
    if (text.startsWith("\uFEFF")) {
      throw new NotStrictJson();
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new NotStrictJson();
      }
      Map<String, @Nullable Object> object = readObject(parser);
      if (parser.nextToken() != null) {
        throw new NotStrictJson();
      }
      return object;
    } catch (JacksonException e) {
      throw new NotStrictJson();
    }
  }

  private static String decode(byte[] utf8) throws NotStrictJson {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new NotStrictJson();
    }
  }

  private static Map<String, @Nullable Object> readObject(JsonParser parser) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, readValue(parser));
    }
    return object;
  }

  private static List<@Nullable Object> readArray(JsonParser parser) {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(readValue(parser));
    }
    return array;
  }

  private static @Nullable Object readValue(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> readInteger(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("not the start of a value");
    };
  }

  /** No big integers or decimals: raising 1e999999999 to one takes all the memory there is. */
  private static Number readInteger(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> parser.getDoubleValue();
    };
  }
}
