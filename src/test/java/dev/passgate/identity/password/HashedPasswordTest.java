package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashedPasswordTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        Hashes.BCRYPT,
        Hashes.BCRYPT_2A,
        Hashes.BCRYPT_2B,
        Hashes.PBKDF2,
        Hashes.PBKDF2_LONG
      })
  void takesThePasswordAndNoOther(String hash) {
    HashedPassword password = HashedPassword.parse(hash);

    assertThat(password.matches(Hashes.PASSWORD)).isTrue();
    assertThat(password.matches("Correct horse")).isFalse();
    assertThat(password.matches(Hashes.PASSWORD + " ")).isFalse();
    assertThat(password.matches("")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {Hashes.BCRYPT_UMLAUTS, Hashes.PBKDF2_UMLAUTS})
  void takesPasswordsAsUtf8(String hash) {
    HashedPassword password = HashedPassword.parse(hash);

    assertThat(password.matches(Hashes.UMLAUTS)).isTrue();
    assertThat(password.matches("gru\u0308\u00dfe")).as("decomposed").isFalse();
    assertThat(password.matches("gr??e")).isFalse();
  }

  @Test
  void takesDigitsOfPbkdf2InCapitals() {
    assertThat(
            HashedPassword.parse(Hashes.PBKDF2.toUpperCase(java.util.Locale.ROOT))
                .matches(Hashes.PASSWORD))
        .isTrue();
  }

  /** Bcrypt does not look at the rest, so that a longer password would be as good as this one. */
  @Test
  void refusesPasswordsLongerThanBcryptLooksAt() {
    HashedPassword password = HashedPassword.parse(Hashes.BCRYPT_LONGEST);

    assertThat(password.matches("a".repeat(72))).isTrue();
    assertThat(password.matches("a".repeat(73))).isFalse();
    assertThat(password.matches("a".repeat(71))).isFalse();
    assertThat(password.matches("a".repeat(72) + "b".repeat(100))).isFalse();
  }

  @Test
  void refusesPasswordsThatEndEarly() {
    assertThat(HashedPassword.parse(Hashes.BCRYPT).matches(Hashes.PASSWORD + "\0more")).isFalse();
    assertThat(HashedPassword.parse(Hashes.PBKDF2).matches(Hashes.PASSWORD + "\0")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // htpasswd -B -C 5, -m and -s, crypt, a plain text
        "$2y$05$WbkXlwhG6zr99rhiwcrnPO.Tzq8whgi//Qgc.pOvyDxDKTVLry9ty",
        "$apr1$Otna.qft$THQJ.lTm6Fe5u/7FlJixx.",
        "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=",
        "rqXexS6ZhobKA",
        "secret",
        "",
        "$2y$07$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi",
        "$2y$31$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi",
        "$2x$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi",
        "$2$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi",
        "$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBC",
        "$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi ",
        "999:5b4240:5476dd",
        "10000001:5b4240:5476dd",
        "1000000000:5b4240:5476dd",
        "+1000:5b4240:5476dd",
        "1000:5b424:5476dd",
        "1000::5476dd",
        "1000:5b4240:",
        "1000:5b4240:5476dd:00",
        "1000:5b42zz:5476dd",
        "sha256:1000:5b4240:5476dd"
      })
  void refusesWhatIsNoHashOrTooWeakOrTooStrongWithoutQuotingIt(String hash) {
    assertThatThrownBy(() -> HashedPassword.parse(hash))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches(message -> hash.isEmpty() || !message.contains(hash));
  }

  @Test
  void tellsNoHash() {
    assertThat(HashedPassword.parse(Hashes.BCRYPT)).hasToString("Bcrypt[***]");
    assertThat(HashedPassword.parse(Hashes.PBKDF2)).hasToString("Pbkdf2[***]");
  }
}
