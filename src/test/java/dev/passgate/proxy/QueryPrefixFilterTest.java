package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class QueryPrefixFilterTest {

  private static final String ID = "20260101_000000_00000_abcde";
  private static final String PREFIX =
      "/~" + ID + "." + "Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_";

  private final QueryPrefixFilter filter = new QueryPrefixFilter();
  private final AtomicReference<@Nullable URI> routed = new AtomicReference<>();
  private final WebFilterChain chain =
      exchange -> {
        routed.set(exchange.getRequest().getURI());
        return Mono.empty();
      };

  private MockServerWebExchange filter(String target) {
    MockServerWebExchange exchange =
        MockServerWebExchange.from(
            MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://gateway" + target)));
    StepVerifier.create(filter.filter(exchange, chain)).verifyComplete();
    return exchange;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/statement/queued/" + ID + "/y0/1",
        "/v1/statement/executing/" + ID + "/y0/1?targetResultSize=1MB&x=%2F",
        "/v1/spooled/download/aGFs%2FbG8=",
        "/ui/query.html?" + ID,
        "/ui"
      })
  void routesSeeThePathBehindThePrefix(String target) {
    MockServerWebExchange exchange = filter(PREFIX + target);

    assertThat(routed.get()).hasToString("http://gateway" + target);
    assertThat(ProxyAttributes.prefixed(exchange))
        .isEqualTo(PREFIX + URI.create(target).getRawPath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/statement/queued/" + ID + "/y0/1",
        "/",
        "/~",
        "/~" + ID + "/ui/",
        PREFIX,
        PREFIX + "x/ui/",
        PREFIX + "/",
        PREFIX + "/health",
        PREFIX + "/v1/statement",
        PREFIX + "/v1/info",
        PREFIX + "/v1/query",
        PREFIX + "/v1/query/" + ID,
        PREFIX + "/v1/task/x",
        PREFIX + PREFIX + "/ui/",
        "/ui" + PREFIX + "/ui/"
      })
  void leavesOtherPathsAsTheyAre(String target) {
    MockServerWebExchange exchange = filter(target);

    assertThat(routed.get()).hasToString("http://gateway" + target);
    assertThat(ProxyAttributes.prefixed(exchange)).isNull();
  }

  @Test
  void comesBeforeAllOthers() {
    assertThat(filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE);
  }
}
