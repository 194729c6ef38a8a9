package dev.passgate.identity.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims whose value is a text or a list of texts. */
final class ClaimTexts {

  private ClaimTexts() {}

  /**
   * The texts of a claim, none where it is absent.
   *
   * @param what what the claim is for, for the complaint
   * @throws UnusableClaim where it is there and anything else, empty texts among it: what is passed
   *     over in silence could be what somebody's access hangs on
   */
  static List<String> of(
      ClaimPath path, Map<String, ? extends @Nullable Object> claims, String what) {
    Object value = path.find(claims);
    if (value == ClaimPath.Missing.ABSENT) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Object element : value instanceof List<?> list ? list : wrapped(value)) {
      if (!(element instanceof String text) || text.isEmpty()) {
        throw new UnusableClaim("a claim for " + what + " is neither a text nor a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  private static List<@Nullable Object> wrapped(@Nullable Object value) {
    List<@Nullable Object> list = new ArrayList<>();
    list.add(value);
    return list;
  }
}
