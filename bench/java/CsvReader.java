import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sends each line of its standard input to /query, and makes a string of every value of every row
 * of CSV. Answers each with a line: rows, a space, seconds.
 */
final class CsvReader {

  private CsvReader() {}

  public static void main(String[] arguments) throws IOException {
    URI uri = URI.create(arguments[0]);
    String authorization = Files.readString(Path.of(arguments[1]));
    try (BufferedReader statements =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String sql = statements.readLine(); sql != null; sql = statements.readLine()) {
        long started = System.nanoTime();
        long rows = read(uri, authorization, sql);
        System.out.println(rows + " " + (System.nanoTime() - started) / 1e9);
      }
    }
  }

  private static long read(URI uri, String authorization, String sql) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", authorization);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Accept", "text/csv");
    connection
        .getOutputStream()
        .write(("{\"sql\":\"" + sql + "\"}").getBytes(StandardCharsets.UTF_8));
    try (Reader answer =
        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)) {
      return read(answer);
    }
  }

  /** The lines of RFC 4180 but the first. */
  private static long read(Reader answer) throws IOException {
    char[] text = new char[1 << 16];
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    boolean quoteBefore = false;
    long lines = 0;
    long taken = 0;
    for (int filled = answer.read(text); filled >= 0; filled = answer.read(text)) {
      for (int i = 0; i < filled; i++) {
        char c = text[i];
        if (c == '"') {
          if (quoteBefore) {
            value.append(c);
          }
          // Two within quotes are one of the value.
          quoteBefore = quoted && !quoteBefore;
          quoted = !quoted;
        } else if (quoted) {
          value.append(c);
        } else {
          quoteBefore = false;
          if (c == ',' || c == '\n') {
            taken += value.toString().length();
            value.setLength(0);
            lines += c == '\n' ? 1 : 0;
          } else if (c != '\r') {
            value.append(c);
          }
        }
      }
    }
    // So that nothing of it is left out for being of no use.
    return taken < 0 ? 0 : lines - 1;
  }
}
