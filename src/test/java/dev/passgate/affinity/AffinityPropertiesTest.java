package dev.passgate.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.List;
import org.junit.jupiter.api.Test;

class AffinityPropertiesTest {

  private static final String NO_KEY = "not a key";
  private static final String UNSET = "${PASSGATE_SIGNING_KEY}";

  @Test
  void makesNoKeys() {
    assertThat(new AffinityProperties(null, List.of()).keys()).isNull();
    assertThat(new AffinityProperties(TestSignatures.KEY, List.of()).keys()).isNotNull();
  }

  @Test
  void rejectsWhatIsNoKeyAndDoesNotRepeatIt() {
    assertRejected(
        new AffinityProperties(NO_KEY, List.of()),
        "passgate.signing-key is '***', expected 32 random bytes in base64");
    assertRejected(
        new AffinityProperties(TestSignatures.KEY, List.of(TestSignatures.KEY, NO_KEY)),
        "passgate.accepted-signing-keys[1] is '***', expected 32 random bytes in base64");
  }

  @Test
  void saysThatAPlaceholderIsNotSet() {
    assertRejected(
        new AffinityProperties(UNSET, List.of()),
        "passgate.signing-key is '***', expected a value: it is a placeholder ${...} that is not"
            + " set");
    assertRejected(
        new AffinityProperties(TestSignatures.KEY, List.of(UNSET)),
        "passgate.accepted-signing-keys[0] is '***', expected a value: it is a placeholder");
  }

  private static void assertRejected(AffinityProperties properties, String message) {
    assertThatThrownBy(properties::keys)
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(message);
  }
}
