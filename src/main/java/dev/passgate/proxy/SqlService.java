package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import dev.passgate.cluster.Cluster;
import dev.passgate.failure.ClusterException;
import dev.passgate.failure.FailureMapping;
import dev.passgate.failure.RequestException;
import dev.passgate.failure.StatementException;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.limit.LimitProperties;
import dev.passgate.limit.Place;
import dev.passgate.limit.QueryLimits;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEnd;
import dev.passgate.query.RunningQueries;
import dev.passgate.routing.ClientHeaders;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import dev.passgate.service.RouteService;
import dev.passgate.sql.BadRequestException;
import dev.passgate.sql.FileNames;
import dev.passgate.sql.QueryFailedException;
import dev.passgate.sql.QueryWatch;
import dev.passgate.sql.SqlProperties;
import dev.passgate.sql.SqlQuery;
import dev.passgate.sql.SqlRequest;
import dev.passgate.sql.SqlRequestReader;
import dev.passgate.sql.TrinoException;
import dev.passgate.sql.format.QueryError;
import dev.passgate.sql.format.ResultFormat;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers routes with {@code uri: passgate://sql}: runs the statement of a request on a cluster,
 * and sends its rows. Gate, limits and rules are those of Trino's own protocol. It stands here and
 * not beside the other services, as its requests go to clusters like any that is proxied.
 */
final class SqlService implements RouteService {

  static final String NAME = "sql";

  /** A client that stops reading has some hundred of them waiting. */
  private static final int SLICE = 16 << 10;

  private static final URI STATEMENTS = URI.create("trino://cluster/v1/statement");

  private final SqlProperties settings;
  private final LimitProperties limitsOfTime;
  private final QueryLimits limits;
  private final Router router;
  private final ClusterTries tries;
  private final List<HttpHeadersFilter> headersFilters;
  private final RunningQueries running;
  private final FailureMapping failures;
  private final InstantSource clock;
  private final SqlRequestReader reader = new SqlRequestReader();

  SqlService(
      SqlProperties settings,
      LimitProperties limitsOfTime,
      QueryLimits limits,
      Router router,
      ClusterTries tries,
      List<HttpHeadersFilter> headersFilters,
      RunningQueries running,
      FailureMapping failures,
      InstantSource clock) {
    this.settings = settings;
    this.limitsOfTime = limitsOfTime;
    this.limits = limits;
    this.router = router;
    this.tries = tries;
    this.headersFilters = headersFilters;
    this.running = running;
    this.failures = failures;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  static boolean answers(Route route) {
    return RouteServices.SCHEME.equals(route.getUri().getScheme())
        && NAME.equals(route.getUri().getHost());
  }

  @Override
  public Mono<Void> answer(
      ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision) {
    Identity identity = ProxyAttributes.identity(exchange);
    if (identity == null) {
      // Nobody's query would run as the gateway itself.
      return Mono.error(
          new RequestException(HttpStatus.FORBIDDEN, "a route for SQL must ask for an identity"));
    }
    String path = exchange.getRequest().getURI().getRawPath();
    ResultFormat download = download(path);
    return Mono.defer(
            () -> {
              requireJson(exchange.getRequest());
              ResultFormat format =
                  download == null
                      ? AcceptedFormat.of(exchange.getRequest().getHeaders())
                      : download;
              return body(exchange)
                  .map(body -> reader.read(body, download != null))
                  .flatMap(
                      request -> admitted(exchange, identity, request, format, download != null));
            })
        .onErrorMap(BadRequestException.class, SqlService::bad);
  }

  private static RequestException bad(BadRequestException e) {
    return new RequestException(HttpStatus.BAD_REQUEST, Objects.requireNonNull(e.getMessage()));
  }

  private static @Nullable ResultFormat download(String path) {
    if (path.endsWith("/download/csv")) {
      return ResultFormat.CSV;
    }
    return path.endsWith("/download/json") ? ResultFormat.JSON : null;
  }

  private static void requireJson(ServerHttpRequest request) {
    MediaType type;
    try {
      type = request.getHeaders().getContentType();
    } catch (InvalidMediaTypeException _) {
      type = null;
    }
    if (type == null || !type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
      throw new RequestException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the content type must be application/json");
    }
  }

  private Mono<byte[]> body(ServerWebExchange exchange) {
    int most = (int) settings.requestBody().toBytes();
    return DataBufferUtils.join(exchange.getRequest().getBody(), most)
        .map(SqlService::bytes)
        .defaultIfEmpty(new byte[0])
        .onErrorMap(
            DataBufferLimitException.class,
            _ ->
                new RequestException(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "the request's body is larger than "
                        + most
                        + " bytes (passgate.sql.request-body)"));
  }

  private static byte[] bytes(DataBuffer buffer) {
    try {
      byte[] bytes = new byte[buffer.readableByteCount()];
      buffer.read(bytes);
      return bytes;
    } finally {
      DataBufferUtils.release(buffer);
    }
  }

  private Mono<Void> admitted(
      ServerWebExchange exchange,
      Identity identity,
      SqlRequest request,
      ResultFormat format,
      boolean download) {
    HttpHeaders headers = StatementHeaders.of(exchange.getRequest().getHeaders(), request);
    return QueryLimitFilter.admit(
        limits,
        exchange,
        identity,
        place -> {
          ProxyAttributes.sql(exchange, request.sql());
          direct(exchange, identity, request, headers);
          return answer(exchange, identity, request, headers, format, download, place);
        });
  }

  private void direct(
      ServerWebExchange exchange, Identity identity, SqlRequest request, HttpHeaders headers) {
    RoutingRequest routed =
        new RoutingRequest(
            identity,
            name -> {
              List<String> own = headers.getOrEmpty(name);
              return own.isEmpty() ? exchange.getRequest().getHeaders().getOrEmpty(name) : own;
            },
            router.asksForStatement()
                ? Objects.requireNonNullElse(
                    new StatementClassifier(new ClientHeaders(headers::getOrEmpty)::prepared)
                        .classify(request.sql(), true),
                    StatementKind.OTHER)
                : StatementKind.OTHER,
            true);
    Cluster cluster = ClusterFilter.chosen(router.choose(routed, Set.of()));
    exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, STATEMENTS);
    ProxyAttributes.choosable(exchange, routed);
    ClusterFilter.direct(exchange, cluster);
  }

  private Mono<Void> answer(
      ServerWebExchange exchange,
      Identity identity,
      SqlRequest request,
      HttpHeaders headers,
      ResultFormat format,
      boolean download,
      Place place) {
    ServerHttpResponse response = exchange.getResponse();
    response.setStatusCode(HttpStatus.OK);
    response.getHeaders().set(HttpHeaders.CONTENT_TYPE, format.mediaType());
    response.getHeaders().setCacheControl("no-store");
    // nginx would collect the rows.
    response.getHeaders().set("X-Accel-Buffering", "no");
    if (download) {
      response.getHeaders().setContentDisposition(disposition(request.filename(), format));
    }
    QueryWatch watch =
        new QueryWatch() {
          @Override
          public void started(String queryId) {
            QueryId id = new QueryId(queryId);
            place.started(id, cluster());
            ProxyAttributes.queryId(exchange, id);
            if (!response.isCommitted()) {
              response.getHeaders().set(TrinoHeaders.QUERY_ID, queryId);
            }
          }

          @Override
          public void polled(String queryId) {
            running.seen(new QueryId(queryId), cluster(), CountedUser.of(identity));
          }

          @Override
          public void ended(String queryId) {
            running.ended(new QueryId(queryId), CountedUser.of(identity));
          }

          @Override
          public void outcome(QueryEnd end) {
            ProxyAttributes.end(exchange, end);
          }

          // The one that has taken the statement.
          private String cluster() {
            return Objects.requireNonNull(ProxyAttributes.cluster(exchange)).name();
          }
        };
    SqlQuery query =
        new SqlQuery(
            new HttpTrinoCalls(exchange, headers, tries, headersFilters, failures),
            request,
            format.open(),
            watch,
            new SqlQuery.Limits(
                (int) settings.row().toBytes(),
                settings.heartbeat(),
                settings.retries(),
                limitsOfTime.answerPause()),
            clock);
    Flux<DataBuffer> rows =
        query
            .run()
            // Whoever writes asks for many at once. The slices of what came go before its failure.
            .concatMapDelayError(bytes -> slices(bytes, response.bufferFactory()), 1)
            .onErrorMap(QueryFailedException.class, e -> failure(e.error()))
            .onErrorMap(TrinoException.class, SqlService::failure);
    return response.writeWith(rows);
  }

  private static Flux<DataBuffer> slices(byte[] bytes, DataBufferFactory factory) {
    if (bytes.length <= SLICE) {
      return Flux.just(factory.wrap(bytes));
    }
    return Flux.range(0, (bytes.length + SLICE - 1) / SLICE)
        .map(
            i -> {
              int start = i * SLICE;
              return factory.wrap(
                  ByteBuffer.wrap(bytes, start, Math.min(SLICE, bytes.length - start)));
            });
  }

  /** One with a cause is answered by its cause. */
  private static RuntimeException failure(TrinoException e) {
    return e.getCause() == null
        ? new ClusterException(
            e.isPassing() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_GATEWAY,
            Objects.requireNonNull(e.getMessage()))
        : e;
  }

  private static RuntimeException failure(QueryError error) {
    return new StatementException(
        switch (error.name()) {
          case "EXCEEDED_TIME_LIMIT" -> HttpStatus.GATEWAY_TIMEOUT;
          case "PERMISSION_DENIED" -> HttpStatus.FORBIDDEN;
          default ->
              switch (error.type()) {
                case "USER_ERROR" -> HttpStatus.BAD_REQUEST;
                case "INSUFFICIENT_RESOURCES" -> HttpStatus.SERVICE_UNAVAILABLE;
                case "EXTERNAL" -> HttpStatus.BAD_GATEWAY;
                default -> HttpStatus.INTERNAL_SERVER_ERROR;
              };
        },
        error.message(),
        error.name(),
        error.type(),
        error.line(),
        error.column(),
        error.queryId());
  }

  /** RFC 6266; nothing of a path, of a device or of a header is left of the name. */
  private static ContentDisposition disposition(@Nullable String asked, ResultFormat format) {
    String ending = format == ResultFormat.CSV ? ".csv" : ".json";
    String name = asked == null ? "" : FileNames.safe(asked);
    String whole = name.isEmpty() ? "download" : name;
    return ContentDisposition.attachment()
        .filename(
            whole.toLowerCase(Locale.ROOT).endsWith(ending) ? whole : whole + ending,
            StandardCharsets.UTF_8)
        .build();
  }
}
