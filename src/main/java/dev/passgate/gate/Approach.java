package dev.passgate.gate;

import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * A request that asks to be let in. What costs something to find out is found out when it is asked
 * for, which most requests never do.
 *
 * @param method its method
 * @param headers its headers as the client sent them
 * @param certificate tells the client's certificate of its TLS connection, null without one
 * @param address tells the client's address, which failed tries are counted by
 * @param route the id of the route that it asks for
 * @param origin tells what clients call the gateway, such as {@code https://trino.example.com};
 *     asked where a browser may have added the credential by itself
 * @param late whether the request only goes on with what its credential began, as it has shown, so
 *     that a token may have ended meanwhile
 */
public record Approach(
    HttpMethod method,
    HttpHeaders headers,
    Supplier<@Nullable X509Certificate> certificate,
    Supplier<String> address,
    String route,
    Supplier<String> origin,
    boolean late) {

  /** One that begins something. */
  public Approach(
      HttpMethod method,
      HttpHeaders headers,
      Supplier<@Nullable X509Certificate> certificate,
      Supplier<String> address,
      String route,
      Supplier<String> origin) {
    this(method, headers, certificate, address, route, origin, false);
  }

  /** The same, going on with what it began. */
  public Approach later() {
    return new Approach(method, headers, certificate, address, route, origin, true);
  }

  @Override
  public String toString() {
    return "Approach[" + method + " " + route + "]";
  }
}
