package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.MappingConfiguration;
import dev.passgate.setting.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PasswordConfigurationTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String KEY = "passgate.authentication.basic.";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
          .withUserConfiguration(PasswordConfiguration.class, MappingConfiguration.class);

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("passwords"), "Alice@x:" + Hashes.BCRYPT + "\n");
  }

  private static @Nullable Verdict verify(PasswordVerifier verifier, String user, String password) {
    return verifier.verify(user, password, "10.0.0.1", Trail.NONE).block(LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens=true", "cache.ttl=10s", "tries.per-user=3"})
  void acceptsNoPasswordsWhereThereIsNothingToCheckThemAgainst(String setting) {
    runner
        .withPropertyValues(KEY + setting)
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PasswordVerifier.class));
  }

  @Test
  void verifiesPasswordsOfAFileAndMapsUsers() {
    runner
        .withPropertyValues(
            KEY + "file.path=" + file,
            KEY + "file.user.pattern=(.+)@x",
            KEY + "file.user.template=$1",
            KEY + "file.user.case=lower")
        .run(
            context -> {
              PasswordVerifier verifier = context.getBean(PasswordVerifier.class);
              assertThat(verify(verifier, "Alice@x", Hashes.PASSWORD))
                  .isInstanceOfSatisfying(
                      Identity.class,
                      identity -> {
                        assertThat(identity.issuer()).isEqualTo("password-file");
                        assertThat(identity.user()).isEqualTo("alice");
                        assertThat(identity.subject()).isEqualTo("Alice@x");
                      });
            });
  }

  @Test
  void refusesAnUnknownUserAsItRefusesAWrongPassword() {
    runner
        .withPropertyValues(KEY + "file.path=" + file)
        .run(
            context -> {
              PasswordVerifier verifier = context.getBean(PasswordVerifier.class);
              assertThat(verify(verifier, "mallory", Hashes.PASSWORD))
                  .isEqualTo(verify(verifier, "Alice@x", "wrong"))
                  .isEqualTo(
                      Refusal.of(
                          Refusal.Reason.BAD_PASSWORD,
                          "the user or the password is wrong",
                          "password-file"));
            });
  }

  @Test
  void doesNotStartWithAWrongLineAndQuotesNothingOfIt() throws IOException {
    Files.writeString(file, "alice:" + Hashes.BCRYPT + "\nbob:plain-secret\n");
    runner
        .withPropertyValues(KEY + "file.path=" + file)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidSetting.class)
                    .hasMessageContaining(KEY + "file.path is '" + file + "'")
                    .hasMessageContaining("line 2 is wrong")
                    .message()
                    .doesNotContain("plain-secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file.path=/nowhere/passwords",
        "file.user.case=lower",
        "ldap.start-tls=true",
        "ldap.url=ldaps://ldap.example.com"
      })
  void doesNotStartWithHalfOfWhatIsNeeded(String setting) {
    runner
        .withPropertyValues(KEY + setting)
        .run(
            context ->
                assertThat(context).getFailure().rootCause().isInstanceOf(InvalidSetting.class));
  }

  @Test
  void startsWhileTheDirectoryIsDownAndWarnsOfPlainLdap(CapturedOutput output) {
    runner
        .withPropertyValues(
            KEY + "ldap.url=ldap://directory.invalid",
            KEY + "ldap.bind-patterns[0]=uid={USER},dc=example,dc=com")
        .run(
            context -> {
              assertThat(output).contains("asked over plain ldap");
              assertThat(verify(context.getBean(PasswordVerifier.class), "alice", "secret"))
                  .isInstanceOfSatisfying(
                      Refusal.class,
                      refusal ->
                          assertThat(refusal.reason())
                              .isEqualTo(Refusal.Reason.PROVIDER_UNAVAILABLE));
            });
  }
}
