package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.CoordinatorInfo;
import dev.passgate.cluster.health.CoordinatorProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a coordinator for {@code /v1/info}, each time on a new connection: one that is open already
 * would not show that no other can be made, and probes would wait behind requests for one.
 */
final class HttpCoordinatorProbe implements CoordinatorProbe {

  private static final int MAX_ANSWER = 16 * 1024;

  /** {@code io.trino.execution.QueryIdGenerator}. */
  private static final Pattern COORDINATOR_ID = Pattern.compile("[a-z0-9]{5}");

  private final ClusterHttpClients clients;
  private final JsonMapper json;

  HttpCoordinatorProbe(ClusterHttpClients clients, JsonMapper json) {
    this.clients = clients;
    this.json = json;
  }

  @Override
  public Mono<CoordinatorInfo> ask(Cluster cluster) {
    return clients
        .forProbes(cluster)
        .get()
        .uri(cluster.origin() + "/v1/info")
        .response(this::read)
        .next();
  }

  private Flux<CoordinatorInfo> read(HttpClientResponse response, ByteBufFlux content) {
    int status = response.status().code();
    if (status != 200) {
      return Flux.error(new IOException("/v1/info answers with status " + status));
    }
    return Flux.defer(
        () -> {
          ByteArrayOutputStream answer = new ByteArrayOutputStream();
          return content
              .asByteArray()
              .<byte[]>handle(
                  (bytes, sink) -> {
                    if (answer.size() + bytes.length > MAX_ANSWER) {
                      sink.error(new IOException("the answer of /v1/info is too long"));
                    } else {
                      answer.writeBytes(bytes);
                    }
                  })
              .thenMany(Mono.fromCallable(() -> parse(answer.toByteArray())));
        });
  }

  private CoordinatorInfo parse(byte[] answer) throws IOException {
    JsonNode info;
    try {
      info = json.readTree(answer);
    } catch (JacksonException _) {
      info = null;
    }
    JsonNode starting = info == null ? null : info.get("starting");
    if (info == null || starting == null || !starting.isBoolean()) {
      throw new IOException("/v1/info does not answer as Trino's does");
    }
    return new CoordinatorInfo(starting.booleanValue(), coordinatorId(info));
  }

  private static @Nullable String coordinatorId(JsonNode info) {
    JsonNode id = info.get("coordinatorId");
    return id != null && id.isString() && COORDINATOR_ID.matcher(id.asString()).matches()
        ? id.asString()
        : null;
  }
}
