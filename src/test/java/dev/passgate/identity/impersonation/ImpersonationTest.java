package dev.passgate.identity.impersonation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Check;
import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImpersonationTest {

  private static final Identity SUPERSET = identity("acme", "superset");
  private static final Identity ALICE = identity("acme", "alice");
  private static final List<String> ABSENT = List.of();

  private final Impersonation rules =
      rules(
          Map.of("issuer", "acme", "user", "superset", "as", "root|.*-admin", "allow", "false"),
          Map.of("issuer", "acme", "user", "superset", "as", "[a-z-]+"),
          Map.of("group", "bi-.*", "as", "report-.*"));

  private static Identity identity(String issuer, String user, String... groups) {
    return new Identity(issuer, user, null, "s-" + user, Instant.MAX, Set.of(groups), Grants.NONE);
  }

  @SafeVarargs
  private static Impersonation rules(Map<String, String>... rules) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < rules.length; i++) {
      int number = i;
      rules[i].forEach((key, value) -> settings.put("rules[" + number + "]." + key, value));
    }
    return TestImpersonation.of(settings);
  }

  private static Verdict check(Impersonation rules, Identity caller, String... users) {
    return rules.check(caller, List.of(users), ABSENT, Trail.NONE);
  }

  private static Refusal assertRefused(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Refusal.class);
    Refusal refusal = (Refusal) verdict;
    assertThat(refusal.reason()).isEqualTo(Reason.IMPERSONATION_DENIED);
    assertThat(refusal.detail()).doesNotContain("\n", "\r");
    return refusal;
  }

  private static Refusal refuse(Impersonation rules, Identity running, String user) {
    return assertRefused(Objects.requireNonNull(rules.refuseAuthorization(running, user)));
  }

  @Test
  void actsAsWhomARuleAllows() {
    List<Check> passed = new ArrayList<>();

    assertThat(rules.check(SUPERSET, List.of("bob"), ABSENT, passed::add))
        .isEqualTo(SUPERSET.actingAs("bob"));

    assertThat(passed).containsExactly(Check.IMPERSONATION);
  }

  @Test
  void refusesWhereAGroupIsTooLongForAnExpression() {
    Impersonation contractors =
        rules(
            Map.of("group", "cn=contractors,.*", "as", ".*", "allow", "false"),
            Map.of("user", "alice", "as", "bob"));
    Identity alice = identity("ldap", "alice", "cn=contractors,ou=" + "a".repeat(256));

    assertRefused(check(contractors, alice, "bob"));
    refuse(contractors, alice, "bob");
  }

  @Test
  void believesNothingOfTheOriginalUser() {
    for (String original : List.of("superset", "bob", "root", "", "a,b")) {
      assertThat(rules.check(SUPERSET, List.of("bob"), List.of(original), Trail.NONE))
          .isEqualTo(SUPERSET.actingAs("bob"));
      assertThat(rules.check(SUPERSET, ABSENT, List.of(original), Trail.NONE)).isSameAs(SUPERSET);
      assertThat(rules.check(ALICE, ABSENT, List.of(original), Trail.NONE)).isSameAs(ALICE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"superset", "", " ", "\t"})
  void isItselfWhereNobodyElseIsAskedFor(String user) {
    List<Check> passed = new ArrayList<>();

    assertThat(rules.check(SUPERSET, List.of(user), ABSENT, passed::add)).isSameAs(SUPERSET);
    assertThat(rules.check(SUPERSET, List.of(user, user), ABSENT, passed::add)).isSameAs(SUPERSET);
    assertThat(rules.check(SUPERSET, ABSENT, ABSENT, passed::add)).isSameAs(SUPERSET);

    assertThat(passed).isEmpty();
  }

  @Test
  void refusesWhomNoRuleAllows() {
    Refusal refusal = assertRefused(check(rules, SUPERSET, "BOB"));

    assertThat(refusal.detail())
        .isEqualTo("the impersonation rules do not allow to act as 'BOB' (X-Trino-User)");
    assertThat(refusal.issuer()).isEqualTo("acme");
    assertThat(refusal.identity()).isEqualTo(SUPERSET.actingAs("BOB"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "lake-admin"})
  void letsTheFirstRuleDecide(String user) {
    assertRefused(check(rules, SUPERSET, user));
  }

  @Test
  void letsAnEarlierRuleAllowWhatALaterOneRefuses() {
    Impersonation other =
        rules(Map.of("user", "dbt", "as", "root"), Map.of("as", "root", "allow", "false"));

    assertThat(check(other, identity("acme", "dbt"), "root")).isInstanceOf(Identity.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b\u00f6b",
        "\u0430lice",
        "bob,root",
        "bob, bob",
        "bob\u0000",
        "bob\r\nX-Trino-User: root",
        " bob",
        "bob ",
        "\u00a0",
        "bob\u200b"
      })
  void refusesANameThatTrinoDoesNotTakeWithoutQuotingIt(String user) {
    Refusal refusal = assertRefused(check(rules, SUPERSET, user));

    assertThat(refusal.detail()).isEqualTo("X-Trino-User holds no name that Trino takes");
    assertThat(refusal.identity()).isEqualTo(SUPERSET);
  }

  @Test
  void refusesAVeryLongName() {
    Refusal refusal = assertRefused(check(rules, SUPERSET, "b".repeat(257)));

    assertThat(refusal.detail()).hasSizeLessThan(100);
    assertThat(check(rules, SUPERSET, "b".repeat(256))).isInstanceOf(Identity.class);
  }

  @Test
  void refusesSeveralNamesAndTakesOneThatIsDoubled() {
    assertThat(check(rules, SUPERSET, "bob", "bob")).isEqualTo(SUPERSET.actingAs("bob"));
    assertRefused(check(rules, SUPERSET, "bob", "carol"));
    assertRefused(check(rules, SUPERSET, "superset", "bob"));
    assertRefused(check(rules, SUPERSET, "bob", "superset"));
    assertRefused(check(rules, SUPERSET, "", "bob"));
    assertRefused(check(rules, SUPERSET, "bob", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", "root", "superset", "b\u00f6b", "a,b", " "})
  void ignoresTheNameWhereNoRuleIsForTheCaller(String user) {
    for (Impersonation each : List.of(rules, TestImpersonation.none())) {
      assertThat(check(each, ALICE, user)).isSameAs(ALICE);
      assertThat(check(each, ALICE, user, "other")).isSameAs(ALICE);
      // As Trino's own clients do, which send both from the first request on.
      assertThat(each.check(ALICE, List.of(user), List.of(user), Trail.NONE)).isSameAs(ALICE);
      assertThat(each.check(ALICE, List.of(user), List.of(""), Trail.NONE)).isSameAs(ALICE);
    }
  }

  @Test
  void ignoresTheNameWhereEveryRuleForTheCallerRefuses() {
    Impersonation refusing = rules(Map.of("as", ".*", "allow", "false"));

    assertThat(check(refusing, ALICE, "root")).isSameAs(ALICE);
  }

  @Test
  void refusesToFollowAStatementWhereNoRuleIsForTheCaller() {
    Refusal refusal =
        assertRefused(rules.check(ALICE, List.of("bob"), List.of("root"), Trail.NONE));

    assertThat(refusal.detail())
        .isEqualTo(
            "SET SESSION AUTHORIZATION needs an impersonation rule, and the gateway has none for"
                + " this user");
    assertThat(refusal.identity()).isEqualTo(ALICE);
    assertRefused(rules.check(ALICE, List.of("bob"), List.of("alice"), Trail.NONE));
    // Back to oneself.
    assertThat(rules.check(ALICE, List.of("alice"), List.of("root"), Trail.NONE)).isSameAs(ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "acme,  superset, ,        bob,      true",
    "acme2, superset, ,        bob,      false",
    "evil,  superset, ,        bob,      false",
    "Acme,  superset, ,        bob,      false",
    "acme,  Superset, ,        bob,      false",
    "acme,  superset2, ,       bob,      false",
    "evil,  carol,    bi-eu,   report-1, true",
    "evil,  carol,    bi-eu,   bob,      false",
    "evil,  carol,    xbi-eu,  report-1, false",
    "evil,  carol,    BI-eu,   report-1, false",
    "acme,  superset, bi-eu,   report-1, true"
  })
  void looksAtIssuerUserAndGroups(
      String issuer, String user, String group, String wanted, boolean granted) {
    Identity caller =
        group == null ? identity(issuer, user) : identity(issuer, user, "staff", group);

    Verdict verdict = check(rules, caller, wanted);

    assertThat(verdict instanceof Identity acting && acting.user().equals(wanted))
        .isEqualTo(granted);
  }

  @Test
  void doesNotLookIntoAGroupThatIsLongerThanANameCanBe() {
    Impersonation everyGroup = rules(Map.of("group", "(a|b)*", "as", ".*"));

    assertRefused(check(everyGroup, identity("acme", "carol", "a".repeat(200_000)), "bob"));
    assertThat(check(everyGroup, identity("acme", "carol", "ab"), "bob"))
        .isEqualTo(identity("acme", "carol", "ab").actingAs("bob"));
  }

  @Test
  void refusesWhatCannotBeToldInTime() {
    String trap = "(.*)*(.*)*(.*)*x";
    Impersonation refusing =
        rules(
            Map.of("user", "dbt", "as", trap, "allow", "false"), Map.of("user", "dbt", "as", ".*"));
    Impersonation callers =
        rules(Map.of("user", trap, "as", ".*"), Map.of("user", "a+", "as", ".*"));
    String wanted = "a".repeat(256);

    assertRefused(check(refusing, identity("acme", "dbt"), wanted));
    assertThat(refusing.refuseAuthorization(identity("acme", "dbt"), wanted)).isNotNull();
    assertRefused(check(callers, identity("acme", wanted), "bob"));
    assertThat(check(callers, identity("acme", wanted), wanted)).isInstanceOf(Identity.class);
  }

  @Test
  void rememberedRulesAreThoseOfTheCallerAlone() {
    Identity known = identity("acme", "superset");
    for (int i = 0; i < 3; i++) {
      assertThat(check(rules, known, "bob")).isEqualTo(known.actingAs("bob"));
      assertThat(check(rules, known, "carol")).isEqualTo(known.actingAs("carol"));
      assertRefused(check(rules, known, "root"));
      assertThat(check(rules, ALICE, "bob")).isSameAs(ALICE);
      assertThat(check(rules, identity("evil", "superset"), "bob").toString())
          .contains("user=superset");
    }
  }

  @Test
  void allowsTheStatementUnderTheSameRules() {
    assertThat(rules.refuseAuthorization(SUPERSET, "bob")).isNull();
    assertThat(rules.refuseAuthorization(SUPERSET, "superset")).isNull();
    assertThat(rules.refuseAuthorization(ALICE, "alice")).isNull();

    Refusal refusal = refuse(rules, SUPERSET, "root");
    assertThat(refusal.detail())
        .isEqualTo(
            "SET SESSION AUTHORIZATION: the impersonation rules do not allow to act as 'root'");
    assertThat(refusal.identity()).isEqualTo(SUPERSET.actingAs("root"));
  }

  @Test
  void asksTheRulesAboutTheOneWhoTrulyCalls() {
    Impersonation chain =
        rules(Map.of("user", "superset", "as", "bob|carol"), Map.of("user", "bob", "as", "root"));
    Identity acting = SUPERSET.actingAs("bob");

    assertThat(chain.refuseAuthorization(acting, "carol")).isNull();
    assertThat(chain.refuseAuthorization(acting, "superset")).isNull();
    Refusal refusal = refuse(chain, acting, "root");
    assertThat(refusal.identity()).isEqualTo(SUPERSET.actingAs("root"));
  }

  @Test
  void refusesTheStatementWhereNoRuleIsForTheCaller() {
    Refusal refusal = refuse(TestImpersonation.none(), ALICE, "bob");

    assertThat(refusal.detail()).contains("SET SESSION AUTHORIZATION needs an impersonation rule");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b\u00f6b", "b?b,c", "", " "})
  void refusesAStatementWhoseUserCannotBeSent(String user) {
    Impersonation everything = rules(Map.of("user", ".*", "as", "(?s).*"));
    Refusal refusal = refuse(everything, SUPERSET, user);

    assertThat(refusal.detail())
        .isEqualTo("SET SESSION AUTHORIZATION names a user that cannot be sent to Trino");
    assertThat(refusal.identity()).isEqualTo(SUPERSET);
  }
}
