package dev.passgate.validate;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.getUriTemplateVariables;

import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.service.RouteService;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Tells a proxy who sent the request that it asks about, which has the headers of that request, and
 * of Envoy its method and its path behind the route's. The gate decides as on a request to Trino;
 * what is answered is made of the identity alone.
 */
final class ValidateService implements RouteService {

  /** What the route's path calls the rest of it. */
  static final String REST = "rest";

  private static final Refusal NOBODY =
      Refusal.of(Reason.NO_CREDENTIAL, "a credential is needed, and the route asks for none");

  private final AnswerHeaders headers;

  ValidateService(AnswerHeaders headers) {
    this.headers = headers;
  }

  @Override
  public String name() {
    return "validate";
  }

  /** The connection is the proxy's, so its certificate is nobody's credential. */
  @Override
  public Approach approach(ServerWebExchange exchange, Approach own) {
    boolean complete = getUriTemplateVariables(exchange).containsKey(REST);
    return new Approach(
        AskedMethod.of(own.method(), own.headers(), complete),
        own.headers(),
        () -> null,
        own.address(),
        own.route(),
        own.origin());
  }

  @Override
  public Mono<Void> answer(
      ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision) {
    if (decision == null || !(decision.verdict() instanceof Identity identity)) {
      return Mono.error(new RefusedException(NOBODY));
    }
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders answer = response.getHeaders();
    response.setStatusCode(HttpStatus.OK);
    headers.of(identity).forEach(answer::set);
    answer.setCacheControl("no-store");
    answer.setContentLength(0);
    return response.setComplete();
  }
}
