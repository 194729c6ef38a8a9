package dev.passgate.identity.mapping;

import dev.passgate.identity.Grants;
import dev.passgate.identity.TrinoUserName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds in the claims of a verified token what goes to Trino beside the user. Thread-safe. */
public final class GrantMapping {

  record Roles(boolean replaces, Map<String, ClaimPath> from) {}

  record ClientTags(boolean replaces, List<ClaimPath> claims, UserTemplate template) {}

  record ExtraCredentials(boolean replaces, Map<String, ClaimPath> from, Set<String> tokens) {

    Set<String> names() {
      Set<String> names = new HashSet<>(from.keySet());
      names.addAll(tokens);
      return names;
    }
  }

  private static final int MAX_TAGS = 1000;

  private static final Pattern WHOLE = Pattern.compile(".*", Pattern.DOTALL);

  private final Roles roles;
  private final ClientTags clientTags;
  private final ExtraCredentials extraCredentials;

  GrantMapping(Roles roles, ClientTags clientTags, ExtraCredentials extraCredentials) {
    this.roles = roles;
    this.clientTags = clientTags;
    this.extraCredentials = extraCredentials;
  }

  /**
   * What the claims grant.
   *
   * @throws UnusableClaim where one is of another form, or says what no header can carry
   */
  public Grants map(Map<String, ? extends @Nullable Object> claims) {
    return new Grants(
        new Grants.Part(roles.replaces(), roles.from().keySet(), roles(claims)),
        new Grants.Part(clientTags.replaces(), Set.of(), tags(claims)),
        new Grants.Part(
            extraCredentials.replaces(),
            extraCredentials.names(),
            one(extraCredentials.from(), claims, "a credential")),
        extraCredentials.tokens());
  }

  private Map<String, String> roles(Map<String, ? extends @Nullable Object> claims) {
    Map<String, String> names = one(roles.from(), claims, "a role");
    for (String name : names.values()) {
      checkPlain(name, "a role");
    }
    return names;
  }

  /**
   * The one text of each claim that is present and not an empty list. Trino takes one role a
   * catalog and one credential a name: were one of several chosen here, it would be chance which.
   */
  private static Map<String, String> one(
      Map<String, ClaimPath> from, Map<String, ? extends @Nullable Object> claims, String what) {
    Map<String, String> found = new HashMap<>();
    for (Map.Entry<String, ClaimPath> entry : from.entrySet()) {
      List<String> texts = ClaimTexts.of(entry.getValue(), claims, what);
      if (texts.size() > 1) {
        throw new UnusableClaim("a claim for " + what + " has several values");
      }
      if (!texts.isEmpty()) {
        found.put(entry.getKey(), texts.getFirst());
      }
    }
    return found;
  }

  private Map<String, String> tags(Map<String, ? extends @Nullable Object> claims) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (ClaimPath claim : clientTags.claims()) {
      for (String value : ClaimTexts.of(claim, claims, "client tags")) {
        checkPlain(value, "client tags");
        String tag = filled(value);
        checkPlain(tag, "client tags");
        tags.put(tag, "");
        if (tags.size() > MAX_TAGS) {
          throw new UnusableClaim("there are more than the " + MAX_TAGS + " client tags allowed");
        }
      }
    }
    return tags;
  }

  private String filled(String value) {
    Matcher matcher = WHOLE.matcher(value);
    String tag = matcher.matches() ? clientTags.template().fill(matcher) : null;
    if (tag == null) {
      throw new IllegalStateException("$0 takes part in every match");
    }
    return tag;
  }

  /**
   * The same rules as for users: what a header carries faithfully, and Trino does not take apart.
   */
  private static void checkPlain(String text, String what) {
    if (!TrinoUserName.isValid(text)) {
      throw new UnusableClaim(
          "a claim for "
              + what
              + " is longer than "
              + TrinoUserName.MAX_LENGTH
              + " characters, or not plain ASCII without commas");
    }
  }
}
