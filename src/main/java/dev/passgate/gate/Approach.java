package dev.passgate.gate;

import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * A request that asks to be let in.
 *
 * @param method its method
 * @param headers its headers as the client sent them
 * @param certificate the client's certificate of its TLS connection, null without one
 * @param address the client's address, which failed tries are counted by
 * @param route the id of the route that it asks for
 * @param origin what clients call the gateway, such as {@code https://trino.example.com}; asked
 *     where a browser may have added the credential by itself
 */
public record Approach(
    HttpMethod method,
    HttpHeaders headers,
    @Nullable X509Certificate certificate,
    String address,
    String route,
    Supplier<String> origin) {

  @Override
  public String toString() {
    return "Approach[" + method + " " + route + "]";
  }
}
