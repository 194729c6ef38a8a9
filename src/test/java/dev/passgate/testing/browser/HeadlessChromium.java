package dev.passgate.testing.browser;

import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.process.NativeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a window, from Debian's package of that name, with one page and a profile of
 * its own. It knows no host but those of loopback, and remembers all that the page asked for.
 */
public final class HeadlessChromium implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final NativeProcess process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final DevTools page;

  private final Map<String, URI> requests = new ConcurrentSkipListMap<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  /** An answer that the page got. */
  public record Answer(int status, URI uri) {}

  private HeadlessChromium(Path folder, NativeProcess process) {
    this.folder = folder;
    this.process = process;
    this.page = DevTools.connect(client, awaitPage(), this::record);
    for (String domain : List.of("Network", "Page", "Runtime", "Log")) {
      page.send(domain + ".enable", Map.of());
    }
  }

  /** For an assumption. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /** Starts one with an empty page. */
  public static HeadlessChromium start() {
    Path folder = TemporaryFolder.create("chromium");
    List<String> command = new ArrayList<>();
    command.add(PROGRAM.toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
            "--remote-debugging-address=127.0.0.1",
            "--remote-debugging-port=0",
            "--user-data-dir=" + folder.resolve("profile"),
            "about:blank"));
    NativeProcess process = NativeProcess.start(folder.resolve("chromium.log"), command);
    try {
      return new HeadlessChromium(folder, process);
    } catch (RuntimeException e) {
      process.close();
      TemporaryFolder.delete(folder);
      throw e;
    }
  }

  /** The page's debugger, whose port the browser writes into its profile. */
  private URI awaitPage() {
    List<URI> found = new ArrayList<>();
    Poll.until("Chromium", LIMIT, () -> found.addAll(pages()), process::log);
    return found.getFirst();
  }

  private List<URI> pages() throws IOException, InterruptedException {
    Path file = folder.resolve("profile").resolve("DevToolsActivePort");
    String port = Files.readAllLines(file).getFirst();
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
            .timeout(LIMIT)
            .build();
    List<URI> uris = new ArrayList<>();
    for (JsonNode target :
        JSON.readTree(client.send(list, HttpResponse.BodyHandlers.ofString()).body())) {
      if (target.path("type").asString("").equals("page")) {
        uris.add(URI.create(target.get("webSocketDebuggerUrl").asString()));
      }
    }
    return uris;
  }

  private void record(String method, JsonNode event) {
    switch (method) {
      case "Network.requestWillBeSent" -> {
        URI uri = URI.create(event.path("request").path("url").asString());
        // Data in the page itself.
        if (!"data".equals(uri.getScheme()) && !"blob".equals(uri.getScheme())) {
          requests.put(key(event) + " " + uri, uri);
        }
      }
      case "Network.responseReceived" -> {
        JsonNode response = event.path("response");
        answers.add(
            new Answer(
                response.path("status").asInt(), URI.create(response.path("url").asString())));
      }
      case "Network.loadingFailed" -> {
        if (event.path("blockedReason").asString("").equals("csp")) {
          // Announced, but never sent.
          requests.keySet().removeIf(key -> key.startsWith(key(event)));
        } else if (!event.path("canceled").asBoolean(false)) {
          // Cancelled is what a page asked for before another took its place.
          complaints.add("not loaded: " + event.path("errorText").asString(""));
        }
      }
      case "Runtime.exceptionThrown" -> complaints.add(event.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (event.path("type").asString("").equals("error")) {
          complaints.add(event.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        JsonNode entry = event.path("entry");
        if (entry.path("level").asString("").equals("error")
            && !entry.path("source").asString("").equals("security")) {
          complaints.add(entry.toString());
        }
      }
      default -> {}
    }
  }

  private static String key(JsonNode event) {
    return event.path("requestId").asString("") + " ";
  }

  /** Sends headers with every request from now on. */
  public HeadlessChromium with(Map<String, String> headers) {
    page.send("Network.setExtraHTTPHeaders", Map.of("headers", headers));
    return this;
  }

  /** Goes to a page. */
  public void open(URI uri) {
    JsonNode result = page.send("Page.navigate", Map.of("url", uri.toString()));
    if (result.has("errorText")) {
      throw new IllegalStateException(uri + ": " + result.get("errorText").asString());
    }
  }

  /** The text that the first element of a CSS selector shows; empty where there is none. */
  public String text(String selector) {
    String script =
        "(document.querySelector(" + JSON.writeValueAsString(selector) + ")||{}).innerText||''";
    return page.send("Runtime.evaluate", Map.of("expression", script))
        .path("result")
        .path("value")
        .asString("");
  }

  /** Waits for an element whose text matches a regular expression somewhere, and tells the text. */
  public String awaitText(String selector, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    Poll.until(
        selector + " with " + pattern,
        LIMIT,
        () -> compiled.matcher(text(selector)).find(),
        () -> "the page shows: " + text("body") + "\n" + complaints + "\n" + answers);
    return text(selector);
  }

  /**
   * The URI of every request that the page made, those of redirects too, in no order. What a
   * content security policy forbade is none.
   */
  public List<URI> requests() {
    return List.copyOf(requests.values());
  }

  /** Every answer that came. */
  public List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** Errors on the console but for forbidden requests, exceptions, and what could not be loaded. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() {
    page.close();
    process.close();
    client.close();
    TemporaryFolder.delete(folder);
  }
}
