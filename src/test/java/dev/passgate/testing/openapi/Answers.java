package dev.passgate.testing.openapi;

import dev.passgate.testing.http.RawResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/** Holds answers to a description, and remembers which of those that it describes were seen. */
public final class Answers {

  /** Statuses that an operation need not name: what {@code default} is for. */
  private static final Set<Integer> OF_ANY_REQUEST = Set.of(414, 431, 500, 503);

  /** What HTTP itself needs; OpenAPI leaves the first to the names of media types. */
  private static final Set<String> OF_HTTP =
      Set.of("content-type", "content-length", "transfer-encoding", "connection");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Description description;
  private final Set<String> seen = new ConcurrentSkipListSet<>();

  public Answers(Description description) {
    this.description = description;
  }

  /** What of an answer is not as described. */
  public List<String> objections(Operation operation, RawResponse answer) {
    String status = Integer.toString(answer.status());
    if (!operation.statuses().contains(answer.status())) {
      if (!OF_ANY_REQUEST.contains(answer.status())) {
        return List.of("the status " + status + " is not described");
      }
      status = "default";
    }
    List<String> objections = new ArrayList<>();
    headers(operation.response(status), answer, objections);
    String type = type(answer);
    seen.add(key(operation, status, type));
    if (!type.isEmpty()) {
      if (operation.types(status).contains(type)) {
        String content = description.member(operation.response(status) + "/content", type);
        // To a HEAD there is none; of what any request may meet the method may not be known.
        boolean none = operation.method().equals("HEAD");
        if (!none || (status.equals("default") && !answer.body().isEmpty())) {
          body(content, type, answer, objections);
        } else if (!answer.body().isEmpty()) {
          objections.add("there is a body");
        }
      } else {
        objections.add("the content type " + type + " is not described");
      }
    } else if (!operation.types(status).isEmpty() || !answer.body().isEmpty()) {
      objections.add("there is no content type");
    }
    return objections;
  }

  private static String type(RawResponse answer) {
    List<String> types = answer.headers("Content-Type");
    return types.isEmpty()
        ? ""
        : types.getFirst().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static String key(Operation operation, String status, String type) {
    return operation + " " + status + (type.isEmpty() ? "" : " " + type);
  }

  private void headers(String response, RawResponse answer, List<String> objections) {
    Set<String> described = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : description.names(response + "/headers")) {
      described.add(name);
      String place = description.member(response + "/headers", name);
      List<String> values = answer.headers(name);
      if (values.isEmpty() && description.at(place).path("required").asBoolean(false)) {
        objections.add("the header " + name + " is missing");
      }
      for (String value : values) {
        description
            .objections(place + "/schema", value(place + "/schema", value))
            .forEach(objection -> objections.add("header " + name + ": " + objection));
      }
    }
    for (String line : answer.headerLines()) {
      String name = line.split(":", 2)[0];
      if (!described.contains(name) && !OF_HTTP.contains(name.toLowerCase(Locale.ROOT))) {
        objections.add("the header " + name + " is not described");
      }
    }
  }

  private JsonNode value(String schema, String text) {
    boolean number = description.at(schema).path("type").asString("").equals("integer");
    return number && text.matches("\\d{1,9}") ? JSON.readTree(text) : StringNode.valueOf(text);
  }

  private void body(String content, String type, RawResponse answer, List<String> objections) {
    if (answer.body().isEmpty()) {
      objections.add("there is no body");
    }
    try {
      if (description.has(content + "/schema")) {
        JsonNode value =
            type.endsWith("json") && !type.endsWith("ndjson")
                ? JSON.readTree(answer.text())
                : StringNode.valueOf(answer.text());
        objections.addAll(description.objections(content + "/schema", value));
      }
      if (description.has(content + "/x-item-schema")) {
        for (String item : items(type, answer.text())) {
          objections.addAll(
              description.objections(content + "/x-item-schema", JSON.readTree(item)));
        }
      }
    } catch (JacksonException e) {
      objections.add("the body is no JSON: " + e.getOriginalMessage());
    }
  }

  /** The texts of events, or the lines. */
  public static List<String> items(String type, String text) {
    return type.equals("text/event-stream")
        ? text.lines()
            .filter(line -> !line.isEmpty() && !line.startsWith(":"))
            .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
            .toList()
        : text.lines().toList();
  }

  /** Operation, status and content type of all that is described and was not seen. */
  public Set<String> unseen() {
    Set<String> unseen = new TreeSet<>();
    for (Operation operation : description.operations()) {
      for (int status : operation.statuses()) {
        List<String> types = operation.types(Integer.toString(status));
        for (String type : types.isEmpty() ? List.of("") : types) {
          unseen.add(key(operation, Integer.toString(status), type));
        }
      }
    }
    unseen.removeAll(seen);
    return unseen;
  }
}
