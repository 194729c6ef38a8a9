package dev.passgate.identity.impersonation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WantedUserTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          bob,             bob,          true
          bob,             bobby,        false
          bob,             abob,         false
          a|b,             b,            true
          .+@$1,           bob@svc,      true
          .+@$1,           bob@other,    false
          $2-$1,           main-svc,     true
          $0,              svc@main,     true
          $1+,             svcsvc,       true
          $1+,             svccc,        false
          (?i)$1,          SVC,          true
          ($1)x\\1,        svcxsvc,      true
          bob$,            bob,          true
          ^bob$,           bob,          true
          \\$1,            $1,           true
          \\$1,            svc,          false
          \\Q$1\\E,        $1,           true
          \\Q$1\\E$1,      $1svc,        true
          \\\\$1,          \\svc,        true
          [ab]$1,          bsvc,         true
          []]$1,           ]svc,         true
          [$],             $,            true
          """)
  void readsReferencesWhereTheyStand(String as, String wanted, boolean matches) {
    assertThat(matches(as, "(\\w+)@(.+)", "svc@main", wanted)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "svc-.*,       svc-root",
    "svc-.+,       root",
    "svc-a|root,   root",
    "svc-)|(root,  root",
    "svc-\\E.*\\Q, svc-root",
    "svc-[a-z]+,   root",
    "svc-(?:root), root",
  })
  void takesWhatAGroupMatchedForText(String caller, String wanted) {
    assertThat(matches("$1", "svc-(.+)", caller, wanted)).isFalse();
    assertThat(matches("$1", "svc-(.+)", caller, caller.substring("svc-".length()))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"svc-(.*),svc-", "svc(-.+)?,svc", "(a)|svc,svc"})
  void standsForNobodyWhereAGroupIsEmptyOrTookNoPart(String user, String caller) {
    assertThat(matches("$1.*", user, caller, "bob")).isFalse();
    assertThat(matches("$1", user, caller, "")).isFalse();
  }

  private static boolean matches(String as, String user, String caller, String wanted) {
    Expression expression = new Expression(user);
    Expression own = WantedUser.parse(as, expression.groups()).of(expression.match(caller));
    return own != null && own.matches(wanted);
  }
}
