package dev.passgate.identity.mapping;

import dev.passgate.file.WatchedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * How an issuer's claims name the Trino user.
 *
 * @param claims the claims to look at, the first that is present decides; dots descend into nested
 *     objects, and what begins with a slash is a JSON Pointer
 * @param pattern a regular expression that must match the whole value of the claim
 * @param template what the user is made of: text and the pattern's groups, $1 and so on, $$ for a
 *     dollar; the whole value where there is none; needs a pattern
 * @param letterCase what becomes of the letters: keep (where it says nothing), lower or upper
 * @param prefix what is put before the name, up to 64 characters, so that the users of two sources
 *     cannot be taken for each other
 * @param rulesFile a file in the form of Trino's user mapping, in the place of pattern, template
 *     and case
 */
public record UserMappingProperties(
    @DefaultValue({"preferred_username", "email", "sub"}) List<String> claims,
    @Nullable String pattern,
    @Nullable String template,
    @Name("case") @Nullable String letterCase,
    @DefaultValue("") String prefix,
    @Nullable String rulesFile) {

  private static final Pattern PREFIX = Pattern.compile("([!-+\\--~]([ -+\\--~]{0,63}))?");

  /** The claims of tokens that are looked at where none are configured. */
  public static final List<String> TOKEN_CLAIMS = List.of("preferred_username", "email", "sub");

  /** Told which key is wrong, below this record, which value it has and what was expected. */
  @FunctionalInterface
  public interface Complaint {
    IllegalArgumentException about(String key, Object value, String expected);
  }

  public UserMappingProperties {
    claims = List.copyOf(claims);
  }

  /** The same for other claims, such as those of a credential that is no token. */
  public UserMappingProperties over(List<String> others) {
    return new UserMappingProperties(others, pattern, template, letterCase, prefix, rulesFile);
  }

  /**
   * Compiles the mapping, and reads its file, which blocks.
   *
   * @throws IllegalArgumentException the complaint about the first mistake
   */
  public UserMapping compile(Complaint complaint) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw complaint.about(
          "prefix",
          prefix,
          "up to 64 visible ASCII characters without a comma, the first of them no space");
    }
    return new UserMapping(
        ClaimPaths.compile("claims", claims, complaint), compileRule(complaint), prefix);
  }

  private NameRule compileRule(Complaint complaint) {
    if (rulesFile == null) {
      Pattern expression = compilePattern(complaint);
      return new PatternRule(
          expression, compileTemplate(expression, complaint), compileCase(complaint));
    }
    if (pattern != null || template != null || letterCase != null) {
      throw complaint.about(
          "rules-file", rulesFile, "no pattern, template or case beside it: its rules have them");
    }
    try {
      return new RulesFile(WatchedFile.read(Path.of(rulesFile), UserRules::parse));
    } catch (IllegalArgumentException e) {
      throw complaint.about(
          "rules-file",
          rulesFile,
          "a file in the form of Trino's user mapping (" + e.getMessage() + ")");
    }
  }

  private @Nullable Pattern compilePattern(Complaint complaint) {
    if (pattern == null) {
      return null;
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw complaint.about(
          "pattern", pattern, "a regular expression (" + e.getDescription() + ")");
    }
  }

  private UserTemplate compileTemplate(@Nullable Pattern expression, Complaint complaint) {
    if (template == null) {
      return UserTemplate.parse("$0", 0);
    }
    if (expression == null) {
      throw complaint.about("template", template, "a pattern beside it, whose groups it names");
    }
    try {
      return UserTemplate.parse(template, expression.matcher("").groupCount());
    } catch (IllegalArgumentException e) {
      throw complaint.about(
          "template",
          template,
          "text and groups of the pattern such as $1 (" + e.getMessage() + ")");
    }
  }

  private LetterCase compileCase(Complaint complaint) {
    try {
      return letterCase == null ? LetterCase.KEEP : LetterCase.of(letterCase);
    } catch (IllegalArgumentException e) {
      throw complaint.about("case", letterCase == null ? "" : letterCase, "keep, lower or upper");
    }
  }
}
