package dev.passgate.token;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.getUriTemplateVariables;

import dev.passgate.failure.RefusedException;
import dev.passgate.failure.RequestException;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.limit.AddressRates;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.AuditEvent.Credential;
import dev.passgate.observe.AuditNote;
import dev.passgate.observe.TokenMetrics;
import dev.passgate.observe.TokenMetrics.Outcome;
import dev.passgate.service.RouteService;
import dev.passgate.token.TokenOutcome.Denied;
import dev.passgate.token.TokenOutcome.Granted;
import dev.passgate.token.TokenOutcome.Unavailable;
import dev.passgate.trace.RequestId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Passes a client's request for a token to the issuer that the path names, and the answer back. The
 * gateway has no part in who gets one.
 */
final class TokenService implements RouteService {

  /** What the route's path calls the name of the issuer. */
  static final String TENANT = "tenant";

  /** Enough for a signed assertion in the place of a secret. */
  static final int MAX_BYTES = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(TokenService.class);

  /** RFC 6749, section 5.2, and RFC 8628, section 3.5: what else there may be is free text. */
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "invalid_scope",
          "invalid_target",
          "unauthorized_client",
          "unsupported_grant_type",
          "authorization_pending",
          "slow_down",
          "access_denied",
          "expired_token");

  private final Tenants tenants;
  private final AddressRates rates;
  private final ExternalAddress address;
  private final TokenMetrics metrics;
  private final JsonMapper json;

  TokenService(
      Tenants tenants,
      AddressRates rates,
      ExternalAddress address,
      TokenMetrics metrics,
      JsonMapper json) {
    this.tenants = tenants;
    this.rates = rates;
    this.address = address;
    this.metrics = metrics;
    this.json = json;
  }

  @Override
  public String name() {
    return "token";
  }

  @Override
  public Mono<Void> answer(
      ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision) {
    String tenant = getUriTemplateVariables(exchange).getOrDefault(TENANT, "");
    boolean known = tenants.has(tenant);
    // Before all else: names of issuers are not to be guessed any faster than secrets.
    Duration wait = rates.take(address.client(received));
    if (wait.isPositive()) {
      return limited(exchange, known ? tenant : null, wait);
    }
    if (!known) {
      return Mono.error(
          new RequestException(HttpStatus.NOT_FOUND, "no issuer of this name gives tokens here"));
    }
    if (received.getHeaders().getContentLength() > MAX_BYTES) {
      return Mono.error(tooLarge());
    }
    return body(exchange.getRequest().getBody())
        .map(
            body -> TokenRequest.read(received.getHeaders(), received.getURI().getRawQuery(), body))
        .flatMap(
            reading ->
                switch (reading) {
                  case TokenRequest.Reading.Read(TokenRequest request) ->
                      tenants
                          .ask(tenant, request)
                          .flatMap(outcome -> finish(exchange, tenant, request, outcome));
                  case TokenRequest.Reading.Refused(Denied denied) ->
                      finish(exchange, tenant, null, denied);
                });
  }

  private static Mono<byte[]> body(Flux<DataBuffer> buffers) {
    return DataBufferUtils.join(buffers, MAX_BYTES)
        .map(
            buffer -> {
              byte[] bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .onErrorMap(DataBufferLimitException.class, _ -> tooLarge())
        .defaultIfEmpty(new byte[0]);
  }

  private static RequestException tooLarge() {
    return new RequestException(
        HttpStatus.CONTENT_TOO_LARGE,
        "the request's body is larger than the " + MAX_BYTES + " bytes of a request for a token");
  }

  private Mono<Void> limited(ServerWebExchange exchange, @Nullable String tenant, Duration wait) {
    Refusal refusal =
        new Refusal(
            Reason.TOO_MANY_REQUESTS,
            "too many requests for tokens from this address: wait, then try again",
            tenant,
            wait);
    if (tenant != null) {
      note(exchange, tenant, null, "refused", refusal.reason().name());
    }
    metrics.ended(tenant == null ? "none" : tenant, Outcome.LIMITED);
    return Mono.error(new RefusedException(refusal));
  }

  private Mono<Void> finish(
      ServerWebExchange exchange,
      String tenant,
      @Nullable TokenRequest request,
      TokenOutcome outcome) {
    return switch (outcome) {
      case Granted(Map<String, Object> members) -> {
        note(exchange, tenant, request, "accepted", null);
        metrics.ended(tenant, Outcome.GRANTED);
        yield write(exchange, HttpStatus.OK, members);
      }
      case Denied denied -> {
        note(exchange, tenant, request, "refused", reason(denied));
        metrics.ended(tenant, Outcome.REFUSED);
        if (denied.status() == 401 && (request == null || request.authorization() != null)) {
          // RFC 6749, section 5.2: in answer to the header that the client sent.
          exchange
              .getResponse()
              .getHeaders()
              .set(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"" + tenant + "\"");
        }
        yield write(exchange, HttpStatusCode.valueOf(denied.status()), members(denied));
      }
      case Unavailable(String cause) -> {
        Refusal refusal =
            new Refusal(
                Reason.PROVIDER_UNAVAILABLE,
                "the issuer gives no tokens now: try again",
                tenant,
                null);
        note(exchange, tenant, request, "refused", refusal.reason().name());
        metrics.ended(tenant, Outcome.UNAVAILABLE);
        log.atWarn()
            .addKeyValue("issuer", tenant)
            .addKeyValue("cause", cause)
            .addKeyValue("requestId", RequestId.of(exchange))
            .log("The issuer's token endpoint gave no answer that can be passed on");
        yield Mono.error(new RefusedException(refusal));
      }
    };
  }

  /** The client's name counts where the issuer has confirmed it. */
  private static void note(
      ServerWebExchange exchange,
      String tenant,
      @Nullable TokenRequest request,
      String outcome,
      @Nullable String reason) {
    String client = request == null || reason != null ? null : request.clientId();
    new AuditNote(
            reason == null ? "token" : "refusal",
            request == null ? null : request.source(),
            new Credential(tenant, null, null, client, outcome, reason))
        .leave(exchange);
  }

  private static String reason(Denied denied) {
    return ERRORS.contains(denied.error())
        ? denied.error().toUpperCase(Locale.ROOT)
        : "OTHER_ERROR";
  }

  private static Map<String, Object> members(Denied denied) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", denied.error());
    if (denied.description() != null) {
      members.put("error_description", denied.description());
    }
    if (denied.uri() != null) {
      members.put("error_uri", denied.uri());
    }
    return members;
  }

  /** RFC 6749, section 5.1: not to be kept by anybody on the way. */
  private Mono<Void> write(
      ServerWebExchange exchange, HttpStatusCode status, Map<String, Object> members) {
    byte[] body = json.writeValueAsBytes(members);
    ServerHttpResponse response = exchange.getResponse();
    response.setStatusCode(status);
    HttpHeaders headers = response.getHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.setCacheControl("no-store");
    headers.setPragma("no-cache");
    headers.setContentLength(body.length);
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
  }
}
