package dev.passgate.identity.impersonation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.impersonation.ImpersonationProperties.RuleProperties;
import dev.passgate.setting.InvalidSetting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;

class ImpersonationPropertiesTest {

  @Test
  void mapsEverything() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rules[0].issuer", "acme");
    settings.put("rules[0].user", "svc-(.+)");
    settings.put("rules[0].group", "bi-tools");
    settings.put("rules[0].as", ".+@$1");
    settings.put("rules[0].allow", "false");
    settings.put("rules[1].user", "dbt");
    settings.put("rules[1].as", "bob");

    assertThat(TestImpersonation.bind(settings).rules())
        .containsExactly(
            new RuleProperties("acme", "svc-(.+)", "bi-tools", ".+@$1", false),
            new RuleProperties(null, "dbt", null, "bob", true));
  }

  @Test
  void hasNoRuleByDefault() {
    assertThat(TestImpersonation.bind(Map.of()).rules()).isEmpty();
  }

  @Test
  void takesARuleForEverybodyThatRefuses() {
    assertThat(TestImpersonation.bind(Map.of("rules[0].as", "root", "rules[0].allow", "false")))
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          user   | ^(              | a regular expression (Unclosed group)
          issuer | [a              | a regular expression (Unclosed character class)
          group  | *               | a regular expression (Dangling meta character '*')
          issuer | ""              | a regular expression, or no such key
          user   | " "             | a regular expression, or no such key
          as     | ""              | a regular expression over the user to act as
          as     | (               | a regular expression over the user to act as (Unclosed group)
          as     | a$2             | a regular expression over the user to act as (there is no group \
          2 in the user beside it)
          as     | a$01234         | a regular expression over the user to act as (there is no group \
          01234 in the user beside it)
          as     | [^$1]+          | a regular expression over the user to act as (a group cannot \
          stand between [ and ])
          as     | []$1]+          | a regular expression over the user to act as (a group cannot \
          stand between [ and ])
          as     | a{$1}           | a regular expression over the user to act as (Illegal repetition)
          """)
  void rejectsWhatIsNoExpression(String key, String value, String wanted) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rules[0].user", "(a)");
    settings.put("rules[0].as", "b");
    settings.put("rules[0]." + key, value);

    assertRejected(
        settings,
        "passgate.impersonation.rules[0]." + key + " is '" + value + "', expected " + wanted);
  }

  @Test
  void rejectsGroupsOfNothing() {
    assertRejected(
        Map.of("rules[0].issuer", "acme", "rules[0].as", "$0"),
        "passgate.impersonation.rules[0].as is '$0', expected a regular expression over the user to"
            + " act as (there is no user beside it, whose groups it could name)");
  }

  @Test
  void rejectsARuleThatNamesNobodyToActAs() {
    assertRejected(
        Map.of("rules[0].user", "dbt", "rules[0].as", "bob", "rules[1].user", "dbt"),
        "passgate.impersonation.rules[1].as is not set, expected a regular expression over the user"
            + " to act as");
  }

  @Test
  void rejectsARuleByWhichAnybodyCouldAct() {
    assertRejected(
        Map.of("rules[0].as", ".*"),
        "passgate.impersonation.rules[0].user is not set, expected an issuer, a user or a group"
            + " beside as, or everybody could act as .*");
  }

  private static void assertRejected(Map<String, String> settings, String message) {
    assertThatThrownBy(() -> TestImpersonation.bind(settings))
        .isInstanceOf(BindException.class)
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(message);
  }
}
