package dev.passgate.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.protocol.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Cluster A = new Cluster("a", Origin.parse("http://a:8080"));
  private static final Cluster B = new Cluster("b", Origin.parse("http://b:8080"));
  private static final Owner ALICE = new Owner("acme", "a-1", "alice");
  private static final String TARGET = "/v1/statement/queued/x/y/1";
  private static final SigningKey ONE = key(1);
  private static final SigningKey TWO = key(2);

  private final Signer signer = signer(ONE);

  @ParameterizedTest
  @EnumSource
  void saysWhatWasSigned(Purpose purpose) {
    Signature signature =
        Objects.requireNonNull(signer.verify(signer.sign(purpose, B, ALICE, TARGET), TARGET));

    assertThat(signature.purpose()).isEqualTo(purpose);
    assertThat(signature.cluster()).isEqualTo(B);
    assertThat(signature.signedAt()).isEqualTo(NOW);
    assertThat(signature.isOf(ALICE)).isTrue();
  }

  @Test
  void belongsToNobodyWhoDiffersInAnything() {
    Signature signature =
        Objects.requireNonNull(
            signer.verify(signer.sign(Purpose.STATEMENT, A, ALICE, TARGET), TARGET));

    assertThat(
            List.of(
                new Owner("globex", "a-1", "alice"),
                new Owner("acme", "a-2", "alice"),
                new Owner("acme", "a-1", "bob"),
                new Owner("acme", "a-1alice", ""),
                new Owner("acmea-1", "", "alice"),
                Owner.NOBODY))
        .noneMatch(signature::isOf);
  }

  @Test
  void isRightForNothingElse() {
    String token = signer.sign(Purpose.STATEMENT, A, ALICE, TARGET);

    assertThat(signer.verify(token, TARGET + "0")).isNull();
    assertThat(signer.verify(token, TARGET.substring(1))).isNull();
    assertThat(signer.verify(token, "")).isNull();
    assertThat(signer.verify(token, TARGET.replace("queued", "executing"))).isNull();
  }

  @Test
  void noBitOfItCanBeChanged() {
    String token = signer.sign(Purpose.STATEMENT, A, ALICE, TARGET);
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    assertThat(token).hasSize(Signer.LENGTH);

    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(signer.verify(Base64.getUrlEncoder().encodeToString(changed), TARGET))
          .as("bit %d", bit)
          .isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "====", "!!!!"})
  void isNothingThatIsNoSignature(String text) {
    assertThat(signer.verify(text, TARGET)).isNull();
    assertThat(
            signer.verify(text.repeat(60).substring(0, Math.min(60, text.length() * 60)), TARGET))
        .isNull();
  }

  @Test
  void twoReplicasWithOneKeyUnderstandEachOther() {
    String token = signer(ONE).sign(Purpose.STATEMENT, A, ALICE, TARGET);

    assertThat(signer(ONE).verify(token, TARGET)).isNotNull();
    assertThat(signer(TWO).verify(token, TARGET)).isNull();
  }

  @Test
  void keysAreChangedWithoutAnEnd() {
    String byOne = signer(ONE).sign(Purpose.STATEMENT, A, ALICE, TARGET);
    Signer accepting = signer(ONE, TWO);
    Signer changed = signer(TWO, ONE);
    String byTwo = changed.sign(Purpose.STATEMENT, A, ALICE, TARGET);

    for (Signer each : List.of(accepting, changed)) {
      for (String token : List.of(byOne, byTwo)) {
        Signature signature = Objects.requireNonNull(each.verify(token, TARGET));
        assertThat(signature.isOf(ALICE)).isTrue();
      }
    }
    assertThat(signer(TWO).verify(byOne, TARGET)).isNull();
  }

  @Test
  void namesNoClusterThatIsGone() {
    String token = signer.sign(Purpose.STATEMENT, B, ALICE, TARGET);

    Signature signature =
        Objects.requireNonNull(
            new Signer(new SigningKeys(ONE, List.of()), new Clusters(List.of(A)), clock())
                .verify(token, TARGET));

    assertThat(signature.cluster()).isNull();
  }

  @Test
  void readsKeysInBothAlphabets() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0xfb);
    String standard = Base64.getEncoder().encodeToString(secret);
    String url = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);

    assertThat(standard).contains("+");
    assertThat(SigningKey.parse(standard).id()).isEqualTo(SigningKey.parse(url).id());
    assertThat(SigningKey.parse(standard).toString()).doesNotContain(standard.substring(0, 8));
    assertThatThrownBy(() -> SigningKey.parse("c2hvcnQ="))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SigningKey key(int fill) {
    byte[] secret = new byte[SigningKey.SIZE];
    Arrays.fill(secret, (byte) fill);
    return SigningKey.of(secret);
  }

  private static Signer signer(SigningKey signing, SigningKey... accepted) {
    return new Signer(
        new SigningKeys(signing, List.of(accepted)), new Clusters(List.of(A, B)), clock());
  }

  private static InstantSource clock() {
    return InstantSource.fixed(NOW);
  }
}
