package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import dev.passgate.setting.InvalidSetting;
import dev.passgate.testing.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamespacesTest {

  private static UserNamespaces of(String... prefixes) {
    List<UserNamespace> all = new ArrayList<>();
    for (String prefix : prefixes) {
      all.add(new UserNamespace("key" + all.size(), prefix));
    }
    return UserNamespaces.of(all);
  }

  @ParameterizedTest
  @CsvSource({"a,a", "a,ab", "ab,a", "acme:,acme:eu:"})
  void refusesPrefixesOfWhichOneBeginsTheOther(String first, String second) {
    assertThatThrownBy(() -> of(first, "", "zzz", second))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("key3 is '" + second + "', expected a prefix that neither")
        .hasMessageEndingWith("and key0 is '" + first + "'");
  }

  @Test
  void takesPrefixesThatDifferAndWarnsOfNone() {
    try (CapturedLog log = CapturedLog.open()) {
      of("a:", "A:", "b", "");
      assertThat(log.of(UserNamespaces.class.getName())).isEmpty();
    }
  }

  @Test
  void warnsOnceOfSourcesThatShareTheirNames() {
    try (CapturedLog log = CapturedLog.open()) {
      of("", "a:", "", "");
      assertThat(log.of(UserNamespaces.class.getName()))
          .singleElement()
          .satisfies(line -> assertThat(line).contains("key0").contains("key2").contains("key3"));
    }
  }

  @Test
  void refusesNamesThatBeginWithAnothersPrefix() {
    UserNamespaces namespaces = of("", "acme:", "b:");

    assertThat(namespaces.admit("", new User("alice"))).isEqualTo(new User("alice"));
    assertThat(namespaces.admit("", new User("acme:alice"))).isInstanceOf(None.class);
    assertThat(namespaces.admit("", new User("acme:"))).isInstanceOf(None.class);
    assertThat(namespaces.admit("acme:", new User("acme:alice"))).isEqualTo(new User("acme:alice"));
    assertThat(namespaces.admit("acme:", new User("b:alice"))).isInstanceOf(None.class);
    assertThat(namespaces.admit("", new None("why"))).isEqualTo(new None("why"));
  }
}
