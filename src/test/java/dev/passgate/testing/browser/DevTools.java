package dev.passgate.testing.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Chrome DevTools Protocol, over a WebSocket: commands with answers, and events. */
final class DevTools implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final WebSocket socket;

  private DevTools(HttpClient client, URI uri, BiConsumer<String, JsonNode> events) {
    this.socket = client.newWebSocketBuilder().buildAsync(uri, new Receiver(events)).join();
  }

  /**
   * Connects to a page.
   *
   * @param events gets each event's method and parameters, one after the other
   */
  static DevTools connect(HttpClient client, URI uri, BiConsumer<String, JsonNode> events) {
    return new DevTools(client, uri, events);
  }

  /** Sends a command and waits for its result. */
  JsonNode send(String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    String command =
        JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    try {
      socket.sendText(command, true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      JsonNode message = answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (message.has("error")) {
        throw new IllegalStateException(method + ": " + message.get("error"));
      }
      return message.path("result");
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no answer to " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + method, e);
    } finally {
      pending.remove(id);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }

  private final class Receiver implements WebSocket.Listener {

    private final BiConsumer<String, JsonNode> events;
    private final StringBuilder text = new StringBuilder();

    private Receiver(BiConsumer<String, JsonNode> events) {
      this.events = events;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonNode message = JSON.readTree(text.toString());
        text.setLength(0);
        CompletableFuture<JsonNode> answer = pending.get(message.path("id").asInt(0));
        if (answer != null) {
          answer.complete(message);
        } else if (message.has("method")) {
          events.accept(message.get("method").asString(), message.path("params"));
        }
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
