package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldif.LDIFException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupRuleTest {

  private static final GroupRule RULE = new GroupRule("memberOf", Pattern.compile("cn=([^,]+),.*"));

  private static Entry entry(String... lines) {
    String[] ldif = new String[lines.length + 1];
    ldif[0] = "dn: uid=alice,dc=example";
    System.arraycopy(lines, 0, ldif, 1, lines.length);
    try {
      return new Entry(ldif);
    } catch (LDIFException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String[] groups(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "memberOf: cn=g" + i + ",dc=example")
        .toArray(String[]::new);
  }

  @Test
  void takesTheNamesThatMatch() throws Exception {
    Entry entry = entry("memberOf: cn=bi,ou=x", "memberOf: ou=other");

    assertThat(RULE.isWhole(entry)).isTrue();
    assertThat(RULE.groups(entry)).containsExactly("bi");
  }

  @Test
  void knowsNoGroupsWhereThereIsNoAttribute() throws Exception {
    assertThat(RULE.isWhole(entry("uid: alice"))).isTrue();
    assertThat(RULE.groups(entry("uid: alice"))).isEmpty();
  }

  @Test
  void isNotContentWithAPartOfTheGroups() throws Exception {
    assertThat(RULE.isWhole(entry("memberOf;range=0-1499: cn=bi,ou=x"))).isFalse();
    assertThat(RULE.isWhole(entry("MEMBEROF;Range=0-1499: cn=bi,ou=x"))).isFalse();
  }

  @Test
  void takesAThousandGroupsAndNoMore() throws Exception {
    assertThat(RULE.isWhole(entry(groups(1_000)))).isTrue();
    assertThat(RULE.isWhole(entry(groups(1_001)))).isFalse();
  }

  @Test
  void doesNotTellGroupsOfANameThatTakesTooLong() {
    GroupRule slow = new GroupRule("memberOf", Pattern.compile("((?:a+)+)b"));
    assertThat(slow.groups(entry("memberOf: aab"))).containsExactly("aa");

    assertThat(slow.groups(entry("memberOf: aab", "memberOf: " + "a".repeat(1_000)))).isNull();
  }

  @Test
  void readsLongNamesAndNoLongerOnes() {
    String rest = ",ou=" + "x".repeat(1_024 - "cn=bi,ou=".length());

    assertThat(RULE.groups(entry("memberOf: cn=bi" + rest))).containsExactly("bi");
    assertThat(RULE.groups(entry("memberOf: cn=bi" + rest + "x"))).isNull();
  }
}
