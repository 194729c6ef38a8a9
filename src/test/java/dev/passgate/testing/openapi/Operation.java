package dev.passgate.testing.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * One operation of a description.
 *
 * @param path with the names of its parameters in braces
 * @param item the place of its path item
 * @param member its name in the path item
 */
public record Operation(Description in, String path, String item, String member) {

  /** A parameter of a request, at its place. */
  public record Parameter(String name, String where, String place) {}

  /**
   * An example of a request.
   *
   * @param scheme the security scheme by which it is sent; empty for the operation's own
   * @param status what it is answered with; 0 for any success
   */
  public record Example(String name, JsonNode value, String scheme, int status) {

    public boolean isGood() {
      return status == 0;
    }
  }

  public String method() {
    return member.toUpperCase(Locale.ROOT);
  }

  public String place() {
    return item + "/" + member;
  }

  public String id() {
    return in.at(place() + "/operationId").stringValue();
  }

  /** Those of the path and its own. */
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (String owner : List.of(item, place())) {
      for (int i = 0; in.has(owner + "/parameters/" + i); i++) {
        String place = in.follow(owner + "/parameters/" + i);
        parameters.add(
            new Parameter(
                in.at(place + "/name").stringValue(), in.at(place + "/in").stringValue(), place));
      }
    }
    return parameters;
  }

  public List<Parameter> parameters(String where) {
    return parameters().stream().filter(it -> it.where().equals(where)).toList();
  }

  /** The names of security schemes, any of which does; an empty one for none at all. */
  public List<String> schemes() {
    String security = in.has(place() + "/security") ? place() + "/security" : "/security";
    List<String> schemes = new ArrayList<>();
    in.at(security).forEach(choice -> schemes.add(String.join("+", choice.propertyNames())));
    return schemes;
  }

  /** Of the body; none where it has no body. */
  public List<String> requestTypes() {
    return in.names(place() + "/requestBody/content");
  }

  /** The place of what is said of a body of a type. */
  public String request(String type) {
    return in.member(place() + "/requestBody/content", type);
  }

  public List<Example> bodies(String type) {
    return examples(request(type));
  }

  /** The good and the bad examples of a parameter or a body at its place. */
  public List<Example> examples(String place) {
    List<Example> examples = new ArrayList<>();
    if (in.has(place + "/example")) {
      examples.add(new Example("example", in.at(place + "/example"), "", 0));
    }
    in.names(place + "/examples").forEach(name -> examples.add(example(place, "examples", name)));
    in.names(place + "/x-bad-examples")
        .forEach(name -> examples.add(example(place, "x-bad-examples", name)));
    return examples;
  }

  private Example example(String place, String kind, String name) {
    JsonNode example = in.at(in.member(place + "/" + kind, name));
    boolean good = kind.equals("examples");
    return new Example(
        name,
        example.required("value"),
        example.path(good ? "x-scheme" : "scheme").asString(""),
        good ? 0 : example.required("status").intValue());
  }

  /** Those that are named; {@code default} is for what any request may meet. */
  public List<Integer> statuses() {
    return in.names(place() + "/responses").stream()
        .filter(status -> !status.equals("default"))
        .map(Integer::valueOf)
        .toList();
  }

  /** The place of an answer. */
  public String response(String status) {
    return in.member(place() + "/responses", status);
  }

  /** The media types of an answer; none where it has no body. */
  public List<String> types(String status) {
    return in.names(response(status) + "/content");
  }

  @Override
  public String toString() {
    return method() + " " + path;
  }
}
