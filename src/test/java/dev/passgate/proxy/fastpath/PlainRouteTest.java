package dev.passgate.proxy.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;

class PlainRouteTest {

  private static final String POLLS =
      "Path=/v1/statement/queued/{*rest},/v1/statement/executing/{*rest}";

  private final GatewayProperties properties = new GatewayProperties();
  private final RouteDefinition statement =
      route("statement", "Path=/v1/statement", "Method=POST,HEAD");
  private final RouteDefinition poll = route("poll", POLLS, "Method=GET,HEAD,DELETE");

  @BeforeEach
  void shipped() {
    properties.setRoutes(List.of(statement, poll));
  }

  private static RouteDefinition route(String id, String... predicates) {
    RouteDefinition definition = new RouteDefinition();
    definition.setId(id);
    definition.setUri(URI.create("trino://cluster"));
    definition.setPredicates(
        java.util.Arrays.stream(predicates).map(PredicateDefinition::new).toList());
    return definition;
  }

  private PlainRoute.Found find(RouteDefinition... order) {
    properties.setRoutes(List.of(order));
    return PlainRoute.find(
        java.util.Arrays.stream(order).map(PlainRouteTest::made).toList(), properties);
  }

  private static Route made(RouteDefinition definition) {
    return Route.async()
        .id(String.valueOf(definition.getId()))
        .uri("http://unused")
        .predicate(_ -> true)
        .build();
  }

  @Test
  void findsTheOneThatShips() {
    assertThat(find(statement, poll).id()).isEqualTo("poll");
  }

  @Test
  void findsOneThatSaysWhoGetsIn() {
    poll.setMetadata(Map.of("access", "identity"));

    assertThat(find(statement, poll).id()).isEqualTo("poll");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/statement",
        "/v1/statement/queue",
        "/v1/statementx/**",
        "/query/{*rest}",
        "/v1/spooled/{*rest}"
      })
  void looksPastRoutesThatTakeNoPolls(String pattern) {
    assertThat(find(route("first", "Path=" + pattern), poll).id()).isEqualTo("poll");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/**",
        "/v1/**",
        "/v1/{*rest}",
        "/v1/s*/queued/**",
        "/v1/statement/{state}/{*rest}",
        "/v1/statement/?ueued/**",
        "/v1/statement/queued/x",
        "#{@own.paths}",
        "/v1/statement/queued/{*rest}",
        "/query,/v1/statement/executing/**"
      })
  void isNotSureBehindARouteThatMayTakePolls(String pattern) {
    PlainRoute.Found found = find(route("first", "Path=" + pattern), poll);

    assertThat(found.id()).isNull();
    assertThat(found.obstacle()).contains("first");
  }

  @Test
  void isNotSureBehindARouteWithoutAPath() {
    assertThat(find(route("first", "Method=GET"), poll).id()).isNull();
  }

  @Test
  void leavesARouteWithAFilterOfItsOwn() {
    poll.setFilters(List.of(new FilterDefinition("AddResponseHeader=X-Own, yes")));

    assertThat(find(statement, poll)).extracting(PlainRoute.Found::id).isNull();
  }

  @Test
  void leavesPollsWhereThereAreDefaultFilters() {
    properties.setDefaultFilters(List.of(new FilterDefinition("AddResponseHeader=X-Own, yes")));

    assertThat(find(statement, poll).obstacle()).contains("default filters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host=trino.example.com", "Header=X-Own", "After=2026-01-01T00:00:00Z"})
  void leavesARouteThatAsksForMore(String predicate) {
    assertThat(find(route("poll", POLLS, "Method=GET", predicate)).id()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"public", "signed-uri"})
  void leavesARouteThatLetsOthersIn(String access) {
    poll.setMetadata(Map.of("access", access));

    assertThat(find(statement, poll).id()).isNull();
  }

  @Test
  void leavesARouteThatLeadsElsewhere() {
    poll.setUri(URI.create("http://somewhere.else"));

    assertThat(find(statement, poll).id()).isNull();
  }

  @Test
  void leavesARouteThatIsNotForGets() {
    assertThat(find(route("poll", POLLS, "Method=DELETE")).id()).isNull();
  }

  @Test
  void leavesRoutesThatAreNotConfigured() {
    properties.setRoutes(List.of(poll));

    PlainRoute.Found found = PlainRoute.find(List.of(made(statement), made(poll)), properties);
    assertThat(found.obstacle()).contains("statement");
  }

  @Test
  void leavesRoutesThatShareAnId() {
    assertThat(find(route("poll", "Path=/v1/statement"), poll).id()).isNull();
  }
}
