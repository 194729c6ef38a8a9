package dev.passgate.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.UriField;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedUrisTest {

  private static final Origin EXTERNAL = Origin.parse("https://gateway.example");
  private static final String ID = "20260101_000000_00000_abcde";
  private static final String POLL = "/v1/statement/executing/" + ID + "/y0/1";
  private static final String SEGMENT = "/v1/spooled/download/aGFsbG8=";
  private static final Owner ALICE = new Owner("acme", "a-1", "alice");
  private static final Owner BOB = new Owner("acme", "b-1", "bob");
  private static final Cluster MAIN = new Cluster("main", Origin.parse("http://trino:8080"));
  private static final Cluster TOLD =
      new Cluster(
          "told",
          Origin.parse("http://told:8080"),
          Set.of("told"),
          1,
          false,
          true,
          Trust.CONNECTION,
          true,
          null);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-06-01T12:00:00Z"));
  private final Signer signer =
      new Signer(
          new SigningKeys(SigningKey.parse(TestSignatures.KEY), List.of()),
          new Clusters(List.of(MAIN, TOLD)),
          now::get);
  private final SignedUris uris = new SignedUris(signer, Duration.ofHours(12), now::get);

  @ParameterizedTest
  @ValueSource(
      strings = {POLL, POLL + "?targetResultSize=1MB", POLL + "?", "/v1/statement/queued/x/y/1"})
  void leadsAPollToItsCluster(String target) {
    URI given = map(MAIN, UriField.NEXT_URI, target);

    assertThat(given.toString()).startsWith(EXTERNAL + target);
    Binding binding = Objects.requireNonNull(uris.read(given.getRawPath(), given.getRawQuery()));
    assertThat(binding.cluster()).isEqualTo(MAIN);
    assertThat(binding.destination()).isEqualTo(MAIN.origin());
    assertThat(target)
        .isEqualTo(
            binding.query() == null
                ? given.getRawPath()
                : given.getRawPath() + "?" + binding.query());
    assertThat(binding.isOf(ALICE)).isTrue();
    assertThat(binding.isOf(BOB)).isFalse();
  }

  @Test
  void knowsNoUriThatWasChanged() {
    URI given = map(MAIN, UriField.NEXT_URI, POLL);
    String path = given.getRawPath();
    String query = given.getRawQuery();

    assertThat(uris.read(path, null)).isNull();
    assertThat(uris.read(path, "")).isNull();
    assertThat(uris.read(path.replace("/1", "/2"), query)).isNull();
    assertThat(uris.read(path + "/", query)).isNull();
    assertThat(uris.read(path, query + "&x=1")).isNull();
    assertThat(uris.read(path, "x=1&" + query)).isNull();
    assertThat(uris.read(path, query + "&" + query)).isNull();
    assertThat(uris.read(path, query.replace("pg=", "PG="))).isNull();
    assertThat(uris.read(path, query.substring(1))).isNull();
    assertThat(uris.read(SEGMENT, query)).isNull();
  }

  @Test
  void leadsASegmentToItsClusterForAsLongAsConfigured() {
    URI given = map(MAIN, UriField.SEGMENT_URI, SEGMENT);

    assertThat(uris.read(given.getRawPath(), given.getRawQuery())).isNotNull();
    pass(Duration.ofHours(12).minusSeconds(1));
    assertThat(uris.read(given.getRawPath(), given.getRawQuery())).isNotNull();
    pass(Duration.ofSeconds(1));
    assertThat(uris.read(given.getRawPath(), given.getRawQuery())).isNull();
  }

  @Test
  void aPollIsNeverTooOld() {
    URI given = map(MAIN, UriField.NEXT_URI, POLL);
    pass(Duration.ofDays(400));
    assertThat(uris.read(given.getRawPath(), given.getRawQuery())).isNotNull();
  }

  @Test
  void aSignatureOfOneKindIsNoneOfAnother() {
    String segment = signer.sign(Purpose.SEGMENT, MAIN, ALICE, POLL);
    String transaction = signer.sign(Purpose.TRANSACTION, MAIN, ALICE, POLL);
    String statement = signer.sign(Purpose.STATEMENT, MAIN, ALICE, SEGMENT);
    String worker = signer.sign(Purpose.SEGMENT_AT_WORKER, MAIN, ALICE, SEGMENT);

    assertThat(uris.read(POLL, "pg=" + segment)).isNull();
    assertThat(uris.read(POLL, "pg=" + transaction)).isNull();
    assertThat(uris.read(SEGMENT, "pg=" + statement)).isNull();
    assertThat(uris.read(SEGMENT, "pg=" + worker)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "INFO_URI,/ui/query.html?20260101_000000_00000_abcde",
    "LOCATION,/ui/login.html",
    "CHALLENGE,/oauth2/token/x"
  })
  void leavesWhatIsNotPolledUnsigned(UriField field, String target) {
    assertThat(map(MAIN, field, target).toString()).isEqualTo(EXTERNAL + target);
  }

  @Test
  void leavesUrisOfOthersAlone() {
    assertThat(mapped(MAIN, UriField.SEGMENT_URI, "http://store:9000/spool/x?X-Amz-Signature=1"))
        .isNull();
    assertThat(mapped(MAIN, UriField.NEXT_URI, "http://told:8080" + POLL)).isNull();
  }

  @Test
  void leadsASegmentToTheWorkerThatHasIt() {
    String given =
        uris.atWorker(MAIN, EXTERNAL, Owner.NOBODY, "http://10.0.0.5:8080" + SEGMENT, SEGMENT);

    assertThat(given).startsWith(EXTERNAL + SEGMENT + "?worker=http%3A%2F%2F10.0.0.5%3A8080&pg=");
    URI uri = URI.create(Objects.requireNonNull(given));
    Binding binding = Objects.requireNonNull(uris.read(uri.getRawPath(), uri.getRawQuery()));
    assertThat(binding.destination()).isEqualTo(Origin.parse("http://10.0.0.5:8080"));
    assertThat(binding.cluster()).isEqualTo(MAIN);
    assertThat(binding.query()).isNull();
    assertThat(uris.read(uri.getRawPath(), uri.getRawQuery().replace("10.0.0.5", "10.0.0.6")))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://store:9000/spool/aGFsbG8=",
        "http://10.0.0.5:8080/v1/spooled/download/other=",
        "http://10.0.0.5:8080" + SEGMENT + "?x=y",
        "http://user@10.0.0.5:8080" + SEGMENT,
        "http://trino:8080" + SEGMENT,
        "ftp://10.0.0.5" + SEGMENT,
        SEGMENT,
        ""
      })
  void takesNothingElseForAWorker(String location) {
    assertThat(uris.atWorker(MAIN, EXTERNAL, Owner.NOBODY, location, SEGMENT)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.1.2.3:9/v1/query/" + ID,
        "http://trino:8080/v1/query/" + ID,
        "https://node.internal/v1/query/" + ID
      })
  void pointsSelfAtTheGatewayWhateverTheNodeIsCalled(String self) {
    assertThat(mapped(MAIN, UriField.QUERY_SELF, self)).isEqualTo(EXTERNAL + "/v1/query/" + ID);
  }

  @Test
  void givesTheQueriesOfAClusterThatWritesItsUrisAPrefix() {
    String given = mapped(TOLD, UriField.NEXT_URI, EXTERNAL + POLL);

    assertThat(given).matches("https://gateway\\.example/~" + ID + "\\.[\\w-]{60}" + POLL);
    String path = URI.create(Objects.requireNonNull(given)).getRawPath();
    assertThat(SignedUris.withoutPrefix(path)).isEqualTo(POLL);
    assertThat(SignedUris.prefixOf(path) + POLL).isEqualTo(path);
    Binding binding = Objects.requireNonNull(uris.readPrefix(path, null));
    assertThat(binding.cluster()).isEqualTo(TOLD);
    assertThat(binding.isOf(ALICE)).isTrue();
    assertThat(binding.isOf(BOB)).isFalse();
    assertThat(uris.readPrefix(path.replace("/y0/1", "/y0/2"), null)).isNotNull();
  }

  /** Clients choose their Host. */
  @Test
  void signsForAClientThatCallsTheGatewayAsTheClusterIsCalled() {
    assertThat(
            uris.mapping(TOLD, TOLD.origin(), ALICE).map(UriField.NEXT_URI, TOLD.origin() + POLL))
        .matches("http://told:8080/~" + ID + "\\.[\\w-]{60}" + POLL);
  }

  @Test
  void aPrefixIsForItsQueryAlone() {
    String path =
        URI.create(Objects.requireNonNull(mapped(TOLD, UriField.NEXT_URI, EXTERNAL + POLL)))
            .getRawPath();
    String prefix = SignedUris.prefixOf(path);
    String other = ID.replace("abcde", "abcdf");

    assertThat(uris.readPrefix(prefix + POLL.replace(ID, other), null)).isNull();
    assertThat(uris.readPrefix(path.replace(ID, other), null)).isNull();
    for (String none : List.of("/v1/statement", "/v1/query/" + ID, "/v1/task/x", "/", path)) {
      assertThat(uris.readPrefix(prefix + none, null)).as(none).isNull();
      assertThat(SignedUris.withoutPrefix(prefix + none)).as(none).isNull();
    }
    assertThat(uris.readPrefix(prefix + "/ui/query.html", ID)).isNotNull();
    assertThat(uris.readPrefix(prefix + SEGMENT, null)).isNotNull();
    pass(Duration.ofHours(12));
    assertThat(uris.readPrefix(prefix + SEGMENT, null)).isNull();
    assertThat(uris.readPrefix(path, null)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/~", "/~x/v1/statement/x", "/v1/statement/x", "/ui/~"})
  void seesNoPrefixWhereThereIsNone(String path) {
    assertThat(SignedUris.withoutPrefix(path)).isNull();
  }

  private URI map(Cluster cluster, UriField field, String target) {
    return URI.create(Objects.requireNonNull(mapped(cluster, field, cluster.origin() + target)));
  }

  private @Nullable String mapped(Cluster cluster, UriField field, String uri) {
    return uris.mapping(cluster, EXTERNAL, ALICE).map(field, uri);
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }
}
