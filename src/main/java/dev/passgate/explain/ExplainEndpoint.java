package dev.passgate.explain;

import dev.passgate.gate.Approach;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Serves {@code POST /explain} on the management listener: the request's own headers are those that
 * are explained, its body, if any, the client's certificate in PEM form, and its parameters {@code
 * route}, {@code method} and {@code statement} say which request they would be sent with: the last
 * is the text of the statement that its body would be.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ExplainEndpoint {

  private static final String ROUTE = "statement";
  private static final Set<String> PARAMETERS = Set.of("route", "method", "statement");

  @Bean
  RouterFunction<ServerResponse> explain(Explainer explainer) {
    return RouterFunctions.route(
        RequestPredicates.POST("/explain"), request -> answer(request, explainer));
  }

  private static Mono<ServerResponse> answer(ServerRequest request, Explainer explainer) {
    if (!PARAMETERS.containsAll(request.queryParams().keySet())) {
      return refuse(
          HttpStatus.BAD_REQUEST, "the parameters that there are: route, method, statement");
    }
    return request
        .bodyToMono(byte[].class)
        .defaultIfEmpty(new byte[0])
        .map(body -> approach(request, body))
        .flatMap(
            approach -> explainer.explain(approach, request.queryParam("statement").orElse(null)))
        .flatMap(
            explanation ->
                ServerResponse.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .cacheControl(CacheControl.noStore())
                    .bodyValue(explanation))
        .onErrorResume(
            CertificateFormException.class,
            _ -> refuse(HttpStatus.BAD_REQUEST, "the body is no certificate in PEM form"))
        .onErrorResume(
            UnknownRoute.class,
            unknown -> refuse(HttpStatus.BAD_REQUEST, String.valueOf(unknown.getMessage())))
        .onErrorResume(
            TimeoutException.class,
            _ -> refuse(HttpStatus.GATEWAY_TIMEOUT, "the checks took too long"))
        .onErrorResume(
            DataBufferLimitException.class,
            _ -> refuse(HttpStatus.BAD_REQUEST, "the body is larger than a certificate"));
  }

  private static Mono<ServerResponse> refuse(HttpStatus status, String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    return ServerResponse.status(status)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .bodyValue(problem);
  }

  private static Approach approach(ServerRequest request, byte[] body) {
    X509Certificate certificate = certificate(body);
    String address =
        request.remoteAddress().map(peer -> peer.getAddress().getHostAddress()).orElse("");
    return new Approach(
        HttpMethod.valueOf(request.queryParam("method").orElse("POST")),
        request.headers().asHttpHeaders(),
        () -> certificate,
        () -> address,
        request.queryParam("route").orElse(ROUTE),
        () -> "");
  }

  private static @Nullable X509Certificate certificate(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(body));
    } catch (CertificateException e) {
      throw new CertificateFormException(e);
    }
  }

  private static final class CertificateFormException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CertificateFormException(CertificateException cause) {
      super(cause);
    }
  }
}
