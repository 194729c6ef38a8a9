package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.passgate.protocol.PageReader;
import dev.passgate.protocol.RowValues;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What a real Trino answers, written in a form as its pages come. */
final class TrinoPages {

  /** Without it Trino cuts times to milliseconds ({@code io.trino.client.ClientCapabilities}). */
  private static final String CAPABILITIES = "PARAMETRIC_DATETIME";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MAX_PART = 16 << 20;

  private TrinoPages() {}

  /** The pages of a statement, as their bytes came. */
  static List<byte[]> of(URI server, String sql) throws IOException, InterruptedException {
    List<byte[]> pages = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request =
          request(server.resolve("/v1/statement"))
              .POST(HttpRequest.BodyPublishers.ofString(sql))
              .build();
      while (true) {
        HttpResponse<byte[]> response =
            client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        pages.add(response.body());
        String next = next(response.body());
        if (next.isEmpty()) {
          return pages;
        }
        request = request(URI.create(next)).build();
      }
    }
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(LIMIT)
        .header("X-Trino-User", "types")
        .header("X-Trino-Client-Capabilities", CAPABILITIES);
  }

  private static String next(byte[] page) {
    List<String> uris = new ArrayList<>();
    PageReader reader =
        new PageReader(
            new PageReader.Sink() {
              @Override
              public void member(String name, byte[] bytes, int start, int end) {
                String text = new String(bytes, start, end - start, UTF_8);
                if (name.equals("error")) {
                  throw new AssertionError(text);
                }
                if (name.equals("nextUri")) {
                  uris.add(JSON.readTree(text).stringValue());
                }
              }

              @Override
              public void row(byte[] bytes, int start, int end) {}
            },
            MAX_PART);
    reader.read(page, 0, page.length);
    reader.end();
    return uris.isEmpty() ? "" : uris.getFirst();
  }

  /** Writes pages as one result. */
  static byte[] write(ResultFormat format, List<byte[]> pages) {
    ResultWriter writer = format.open();
    ByteOutput out = new ByteOutput();
    boolean[] begun = {false};
    for (byte[] page : pages) {
      PageReader reader =
          new PageReader(
              new PageReader.Sink() {
                private final RowValues values = new RowValues();

                @Override
                public void member(String name, byte[] bytes, int start, int end) {
                  if (name.equals("columns") && !begun[0]) {
                    begun[0] = true;
                    writer.begin(Columns.parse(bytes, start, end), out);
                  }
                }

                @Override
                public void row(byte[] bytes, int start, int end) {
                  writer.row(values.of(bytes, start, end), out);
                }
              },
              MAX_PART);
      reader.read(page, 0, page.length);
      reader.end();
      writer.flush(out);
    }
    writer.complete(out);
    return out.take();
  }
}
