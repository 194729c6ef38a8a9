package dev.passgate.supplychain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class AdvisoryTest {

  private static Advisory advisory(String affected) {
    return Advisory.of(
        JsonMapper.shared()
            .readTree(
                """
                {"id": "GHSA-1", "aliases": ["CVE-1"], "summary": "text", "affected": [%s]}
                """
                    .formatted(affected)));
  }

  private static Advisory ranged(String events) {
    return advisory(
        """
        {"package": {"ecosystem": "Maven", "name": "org.example:library"},
         "ranges": [{"type": "ECOSYSTEM", "events": [%s]}]}
        """
            .formatted(events));
  }

  private static boolean concerns(Advisory advisory, String version) {
    return advisory.concerns(
        new Bom.Component(
            "org.example", "library", version, "pkg:maven/org.example/library", Set.of()));
  }

  /** The order is Maven's: qualifiers, missing zeros, numbers and not texts. */
  @ParameterizedTest
  @CsvSource({
    "1.0, false",
    "2.0-rc1, false",
    "2.0-SNAPSHOT, false",
    "2.0, true",
    "2, true",
    "2.0.0, true",
    "2.0.Final, true",
    "2.0.1, true",
    "2.9, true",
    "2.10-alpha-1, true",
    "2.10-RC1, true",
    "2.10, false",
    "2.10.0.Final, false",
    "2.10.0-jre, false",
    "2.10.1, false",
    "10.0, false"
  })
  void rangeBeginsAtIntroducedAndEndsBeforeFixed(String version, boolean expected) {
    Advisory advisory = ranged("{\"introduced\": \"2.0\"}, {\"fixed\": \"2.10\"}");
    assertThat(concerns(advisory, version)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "0-alpha, true", "0.0.1-SNAPSHOT, true", "1.5, true", "1.5.1, false"})
  void zeroIsBeforeEveryVersionAndLastAffectedIsAffected(String version, boolean expected) {
    Advisory advisory = ranged("{\"introduced\": \"0\"}, {\"last_affected\": \"1.5\"}");
    assertThat(concerns(advisory, version)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "4.1.100.Final, true",
    "4.1.118.Final, false",
    "4.2.0.Alpha1, false",
    "4.2.0.Final, true",
    "4.2.9.Final, true",
    "4.2.10.Final, false"
  })
  void rangeMayHaveSeveralPartsInAnyOrder(String version, boolean expected) {
    Advisory advisory =
        ranged(
            """
            {"introduced": "4.2.0.Final"}, {"fixed": "4.2.10.Final"},
            {"fixed": "4.1.118.Final"}, {"introduced": "0"}
            """);
    assertThat(concerns(advisory, version)).isEqualTo(expected);
  }

  @Test
  void openRangeHasNoEnd() {
    assertThat(concerns(ranged("{\"introduced\": \"1.0\"}"), "999")).isTrue();
  }

  @Test
  void limitEndsARange() {
    Advisory advisory = ranged("{\"introduced\": \"0\"}, {\"limit\": \"2.0\"}");
    assertThat(concerns(advisory, "1.9")).isTrue();
    assertThat(concerns(advisory, "2.0")).isFalse();
  }

  @Test
  void versionThatIsListedIsAffectedWithoutARange() {
    Advisory advisory =
        advisory(
            """
            {"package": {"ecosystem": "Maven:https://repository.example/", "name": "org.example:library"},
             "versions": ["1.2.3"]}
            """);
    assertThat(concerns(advisory, "1.2.3")).isTrue();
    assertThat(concerns(advisory, "1.2.4")).isFalse();
  }

  @Test
  void commitsAreNoVersions() {
    Advisory advisory =
        advisory(
            """
            {"package": {"ecosystem": "Maven", "name": "org.example:library"},
             "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}
            """);
    assertThat(concerns(advisory, "1.0")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"npm, org.example:library", "Maven, org.example:library-core", "Maven, library"})
  void otherPackagesAreLeftAlone(String ecosystem, String name) {
    Advisory advisory =
        advisory(
            """
            {"package": {"ecosystem": "%s", "name": "%s"},
             "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
            """
                .formatted(ecosystem, name));
    assertThat(concerns(advisory, "1.0")).isFalse();
  }

  @Test
  void withdrawnAdvisoryConcernsNobody() {
    Advisory advisory = ranged("{\"introduced\": \"0\"}");
    Advisory withdrawn =
        new Advisory(
            advisory.id(), advisory.aliases(), advisory.summary(), true, advisory.affected());
    assertThat(concerns(advisory, "1.0")).isTrue();
    assertThat(concerns(withdrawn, "1.0")).isFalse();
  }

  /** Rather than count as safe what a later version of the schema may say. */
  @Test
  void unknownEventIsAnError() {
    assertThatThrownBy(() -> ranged("{\"introduced\": \"0\"}, {\"maybe\": \"2.0\"}"))
        .hasMessageContaining("maybe");
  }
}
