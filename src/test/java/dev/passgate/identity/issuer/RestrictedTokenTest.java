package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What an issuer's settings make of its good tokens. */
class RestrictedTokenTest {

  private static final String ACME = "passgate.issuers.acme.";

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource().has(FIRST);
  private final TokenCache cache = new TokenCache(100, time);

  private IssuerRegistry registry(Map<String, String> more) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(ACME + "issuer-uri", Fixtures.ISSUER);
    properties.put(ACME + "audiences", "trino");
    more.forEach((key, value) -> properties.put(ACME + key, value));
    List<IssuerSettings> settings =
        new Binder(new MapConfigurationPropertySource(properties))
            .bindOrCreate("passgate", IssuersProperties.class)
            .settings();
    return IssuerRegistry.of(settings, _ -> source, () -> {}, time.surroundings());
  }

  private Verdict verify(IssuerRegistry registry, Token token, Trail trail) {
    return new JwtTokenVerifier(registry, cache, 65_536)
        .verify(token.signedBy(FIRST), trail)
        .blockOptional(Duration.ofSeconds(20))
        .orElseThrow();
  }

  private Verdict verify(String key, String value, String claims) {
    Token good = Token.good();
    Token token = claims.isEmpty() ? good : good.withClaim(claims.replace('\'', '"'));
    return verify(registry(Map.of(key, value)), token, Trail.NONE);
  }

  private static void assertRefused(Verdict verdict, Reason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.issuer()).isEqualTo("acme");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "required-claims.team | a,b | 'team':'b'",
        "required-claims.team | a | 'team':['x','a']",
        "required-claims.email_verified | true | 'email_verified':true",
        "required-claims.level | 3 | 'level':3",
        "required-claims.level | 1.5 | 'level':1.5",
        "required-claims[realm.roles] | user | 'realm':{'roles':['user']}",
        "required-claims[/https:~1~1acme/x] | y | 'https://acme':{'x':'y'}",
        "required-scopes | read,query | 'scope':'query other read'",
        "required-scopes | read,query | 'scp':['read','query']",
        "required-scopes | read,query | 'scp':'read query'",
        "required-scopes | read,query | 'scope':'read','scp':['query',7]",
        "max-lifetime | 10m | 'iat':1780314900",
        "max-lifetime | 5m | 'iat':1780315200",
        "max-lifetime | 5m | 'iat':1780315260",
        "allowed-users | bob,al.* | 'x':1"
      })
  void acceptsWhatKeepsToIt(String key, String value, String claims) {
    assertThat(verify(key, value, claims)).isInstanceOf(Identity.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "required-claims.team | a | 'team':'A' | CLAIM_MISMATCH",
        "required-claims.team | a | 'team':['ab'] | CLAIM_MISMATCH",
        "required-claims.team | a | 'team':{'a':'a'} | CLAIM_MISMATCH",
        "required-claims.team | null | 'team':null | CLAIM_MISMATCH",
        "required-claims.team | a | 'x':1 | CLAIM_MISMATCH",
        "required-claims.email_verified | true | 'email_verified':false | CLAIM_MISMATCH",
        "required-claims.level | 3 | 'level':3.0 | CLAIM_MISMATCH",
        "required-scopes | read,query | 'scope':'query' | INSUFFICIENT_SCOPE",
        "required-scopes | read | 'scope':['read'] | INSUFFICIENT_SCOPE",
        "required-scopes | read | 'scope':'reader' | INSUFFICIENT_SCOPE",
        "required-scopes | read | 'x':1 | INSUFFICIENT_SCOPE",
        "allowed-users | bob,al | 'x':1 | USER_NOT_ALLOWED",
        "allowed-users | (.*)*(.*)*(.*)*x | 'x':1 | USER_NOT_ALLOWED",
        "groups.claims | groups | 'groups':[7] | CLAIM_MISMATCH",
        "groups.claims | groups | 'groups':{} | CLAIM_MISMATCH"
      })
  void refusesWhatDoesNot(String key, String value, String claims, Reason reason) {
    assertRefused(verify(key, value, claims), reason);
    assertThat(cache.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"'iat':1780315199", "'x':1", "'iat':1780315261", "'iat':0"})
  void asksForNoKeysOnBehalfOfATokenThatIsGoodForTooLong(String claims) {
    assertRefused(verify("max-lifetime", "5m", claims), Reason.LIFETIME_TOO_LONG);
    assertThat(source.fetches()).isZero();
  }

  @Test
  void tellsEachCheckThatWasPassed(@TempDir Path folder) throws IOException {
    Path deny = Files.writeString(folder.resolve("deny.json"), "{}");
    IssuerRegistry registry =
        registry(
            Map.of(
                "deny-list", deny.toString(),
                "required-claims.team", "a",
                "required-scopes", "read",
                "allowed-users", "alice",
                "max-lifetime", "1h"));
    List<Check> passed = new ArrayList<>();
    Token token = Token.good().withClaim("\"team\":\"a\",\"scope\":\"read\",\"iat\":1780315200");

    assertThat(verify(registry, token, passed::add)).isInstanceOf(Identity.class);
    assertThat(passed)
        .containsExactly(
            Check.TOKEN,
            Check.ISSUER,
            Check.ALGORITHM,
            Check.EXPIRY,
            Check.NOT_BEFORE,
            Check.AUDIENCE,
            Check.LIFETIME,
            Check.SIGNATURE,
            Check.DENY_LIST,
            Check.REQUIRED_CLAIMS,
            Check.REQUIRED_SCOPES,
            Check.USER,
            Check.ALLOWED_USERS,
            Check.GRANTS);
  }

  @Test
  void tellsARequiredClaimFromOneThatCannotBeUsed() {
    IssuerRegistry registry = registry(Map.of("groups.claims", "groups"));
    Set<Check> passed = EnumSet.noneOf(Check.class);

    assertRefused(
        verify(registry, Token.good().withClaim("\"groups\":7"), passed::add),
        Reason.CLAIM_MISMATCH);
    assertThat(Check.failed(Reason.CLAIM_MISMATCH, passed)).isEqualTo(Check.GRANTS);
    assertThat(Check.failed(Reason.CLAIM_MISMATCH, Set.of())).isEqualTo(Check.REQUIRED_CLAIMS);
  }

  @Test
  void remembersNobodyAcrossAChangeOfTheDenyList(@TempDir Path folder) throws IOException {
    Path deny = Files.writeString(folder.resolve("deny.json"), "{}");
    IssuerRegistry registry = registry(Map.of("deny-list", deny.toString()));
    VirtualTimeScheduler files = VirtualTimeScheduler.create();
    TrustedIssuer issuer = (TrustedIssuer) registry.issuers().getFirst();
    issuer.verdict().watch(files);
    Token token = Token.good();
    // keys that were not there before the token do not count as a basis
    verify(registry, token, Trail.NONE);
    Verdict known = verify(registry, token, Trail.NONE);
    assertThat(verify(registry, token, Trail.NONE)).isSameAs(known);

    Files.writeString(deny, "{\"sub\":[\"s-1\"]}");
    files.advanceTimeBy(Duration.ofSeconds(5));
    assertRefused(verify(registry, token, Trail.NONE), Reason.DENIED);

    Files.writeString(deny, "{\"sub\":[\"s-2\"]}");
    files.advanceTimeBy(Duration.ofSeconds(5));
    assertThat(verify(registry, token, Trail.NONE)).isEqualTo(known).isNotSameAs(known);
    issuer.verdict().close();
  }
}
