package dev.passgate.explain;

import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import dev.passgate.gate.Gate;
import dev.passgate.gate.GrantHeaders;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.routing.Choice;
import dev.passgate.routing.ClientHeaders;
import dev.passgate.routing.Preview;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Has the gate decide on a request that is not served, and writes down how it came to it. */
public final class Explainer {

  /** More than any of the waits on the way, each of which has its own limit. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Gate gate;
  private final Routes routes;
  private final Router router;

  Explainer(Gate gate, Routes routes, Router router) {
    this.gate = gate;
    this.routes = routes;
    this.router = router;
  }

  /**
   * Why a request would get in, or would not. Nothing of it is in the metrics or goes to Trino; a
   * wrong password counts as a try. Fails with {@link UnknownRoute} where there is no such route.
   *
   * @param statement the text of its statement, null where it has none
   */
  public Mono<Explanation> explain(Approach approach, @Nullable String statement) {
    return Mono.defer(
            () ->
                switch (routes.of(approach.route())) {
                  case PUBLIC -> {
                    RoutingRequest request = request(null, approach, statement);
                    yield Mono.just(
                        Explanation.ofPublicRoute(
                            RoutingStep.of(request.statement(), router.preview(request))));
                  }
                  case SIGNED_URI -> Mono.just(Explanation.ofSignedRoute());
                  case IDENTITY -> ofCredential(approach, statement);
                })
        .timeout(LIMIT);
  }

  private Mono<Explanation> ofCredential(Approach approach, @Nullable String statement) {
    Set<Check> passed = Collections.synchronizedSet(EnumSet.noneOf(Check.class));
    return gate.explain(approach, passed::add)
        .map(decision -> explanation(decision, Set.copyOf(passed), approach, statement));
  }

  /**
   * The same for a token where the first source of tokens reads it.
   *
   * @param headers what else the request says
   */
  public Mono<Explanation> explainToken(
      String token, String route, HttpHeaders headers, @Nullable String statement) {
    Approach bare = gate.approachWith(token, route);
    HttpHeaders all = HttpHeaders.copyOf(headers);
    // The token is put over whatever stands in its place.
    bare.headers().forEach(all::put);
    return explain(
        new Approach(
            bare.method(), all, bare.certificate(), bare.address(), bare.route(), bare.origin()),
        statement);
  }

  private Explanation explanation(
      Decision decision, Set<Check> passed, Approach approach, @Nullable String statement) {
    if (!(decision.verdict() instanceof Identity identity)) {
      return Explanation.of(decision.verdict(), decision.source(), passed, Map.of(), null);
    }
    RoutingRequest request = request(identity, approach, statement);
    Preview preview = router.preview(request);
    return Explanation.of(
        identity,
        decision.source(),
        passed,
        sent(identity, decision, approach, preview.choice()),
        RoutingStep.of(request.statement(), preview));
  }

  private static RoutingRequest request(
      @Nullable Identity identity, Approach approach, @Nullable String statement) {
    Function<String, List<String>> headers = approach.headers()::getOrEmpty;
    StatementKind kind =
        statement == null
            ? null
            : new StatementClassifier(new ClientHeaders(headers)::prepared)
                .classify(statement, true);
    return new RoutingRequest(identity, headers, kind == null ? StatementKind.OTHER : kind, true);
  }

  private static Map<String, List<String>> sent(
      Identity identity, Decision decision, Approach approach, Choice choice) {
    Map<String, List<String>> sent = new LinkedHashMap<>();
    sent.put(TrinoHeaders.USER, List.of(identity.user()));
    sent.putAll(
        GrantHeaders.of(
            identity.grants(), decision.token(), name -> approach.headers().getOrEmpty(name)));
    sent.computeIfPresent(
        TrinoHeaders.EXTRA_CREDENTIAL,
        (_, values) -> values.stream().map(Explainer::starred).toList());
    if (choice instanceof Choice.Chosen chosen) {
      vouch(identity, chosen.cluster(), sent);
    }
    return sent;
  }

  /** What shows the cluster that the gateway says so. */
  private static void vouch(Identity identity, Cluster cluster, Map<String, List<String>> sent) {
    String original = identity.originalUser();
    if (original != null && cluster.sendsOriginalUser()) {
      sent.put(TrinoHeaders.ORIGINAL_USER, List.of(original));
    }
    String authorization =
        cluster.trust().authorization(original == null ? identity.user() : original);
    if (authorization != null) {
      sent.put(HttpHeaders.AUTHORIZATION, List.of(authorization.split(" ", 2)[0] + " ***"));
    }
  }

  /** The name of a credential without what it is. */
  private static String starred(String credential) {
    return credential.split("=", 2)[0] + "=***";
  }
}
