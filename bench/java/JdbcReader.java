import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Runs each line of its standard input as a statement, by JDBC on one connection, and takes every
 * value of every row. Answers each with a line: rows, a space, seconds.
 */
final class JdbcReader {

  private JdbcReader() {}

  public static void main(String[] arguments) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        BufferedReader statements =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String sql = statements.readLine(); sql != null; sql = statements.readLine()) {
        long started = System.nanoTime();
        long rows = read(connection, sql);
        System.out.println(rows + " " + (System.nanoTime() - started) / 1e9);
      }
    }
  }

  private static long read(Connection connection, String sql) throws SQLException {
    long count = 0;
    long taken = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        count++;
        for (int column = 1; column <= columns; column++) {
          taken += rows.getObject(column) == null ? 0 : 1;
        }
      }
    }
    // So that nothing of it is left out for being of no use.
    return taken < 0 ? 0 : count;
  }
}
