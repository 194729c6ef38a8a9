package dev.passgate.openapi;

import dev.passgate.gate.Decision;
import dev.passgate.service.RouteService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Answers routes with {@code uri: passgate://openapi}: the description, the same to everybody. */
final class OpenApiService implements RouteService {

  /** RFC 9512; OpenAPI has no registered type of its own. */
  private static final MediaType YAML = MediaType.valueOf("application/yaml");

  private final byte[] description;
  private final String tag;

  OpenApiService(byte[] description) {
    this.description = description;
    this.tag = "\"" + HexFormat.of().formatHex(sha256(description), 0, 16) + "\"";
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public String name() {
    return "openapi";
  }

  @Override
  public Mono<Void> answer(
      ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    // May be kept, and is asked about each time: another version of the gateway has another one.
    headers.setCacheControl("no-cache");
    if (exchange.checkNotModified(tag)) {
      return response.setComplete();
    }
    headers.setContentType(YAML);
    headers.setContentLength(description.length);
    return HttpMethod.HEAD.equals(received.getMethod())
        ? response.setComplete()
        : response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(description)));
  }
}
