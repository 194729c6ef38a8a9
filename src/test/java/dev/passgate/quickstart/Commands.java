package dev.passgate.quickstart;

import dev.passgate.testing.Console;
import dev.passgate.testing.process.JavaProcess;
import dev.passgate.testing.trino.JdbcUrl;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The commands to paste; each works in bash, dash and zsh, in any folder. */
final class Commands {

  private final URI http;
  private final URI https;
  private final Path certificate;
  private final Path cli;

  Commands(int httpPort, int tlsPort, Path certificate, Path cli) {
    this.http = URI.create("http://localhost:" + httpPort);
    this.https = URI.create("https://localhost:" + tlsPort);
    this.certificate = certificate;
    this.cli = cli;
  }

  /** Somebody's token, and the file that holds it. */
  record Token(String name, String value, Path file) {
    @Override
    public String toString() {
      return name;
    }
  }

  void print(Token alice, Token bob, Token mallory, Token wrongAudience) {
    Console.say("");
    Console.say("Passgate is ready: " + http + " and " + https);
    Console.say("Tokens (good for 8 hours) and the certificate are in " + certificate.getParent());
    section("curl, as alice of the issuer acme: SQL in, rows out");
    Console.say(curlQuery(alice, "SELECT current_user AS user, name FROM tpch.tiny.nation LIMIT 3"));
    section("The same by Trino's own protocol: a statement, and its pages to the end");
    Console.say(curlLoop(alice, "SELECT current_user, name FROM tpch.tiny.nation LIMIT 3"));
    section("The Trino CLI over TLS, as bob of the issuer globex");
    Console.say(cli(bob, "SELECT current_user"));
    section("The same, to type statements into");
    Console.say(cli(bob, null));
    section("A JDBC URL, complete, for alice");
    Console.say(JdbcUrl.withToken(https, certificate, alice.value()));
    section("Refused with 403: a good token of acme that maps to no user");
    Console.say(curlOnce(mallory));
    section("Refused with 401: a token of globex for another audience");
    Console.say(curlOnce(wrongAudience));
    Console.say("");
    Console.say("Ctrl-C ends Passgate, Trino and the issuers.");
    Console.say("");
  }

  private static void section(String title) {
    Console.say("");
    Console.say("# " + title);
  }

  private String curlLoop(Token token, String sql) {
    return """
    next=%s/v1/statement; sql='%s'
    while [ -n "$next" ]; do
      page=$(curl -sS -H "%s" ${sql:+--data} ${sql:+"$sql"} "$next"); sql=
      printf '%%s\\n' "$page" | sed -n -e '/^{/!p' -e 's/.*"data":\\(\\[\\[.*\\]\\]\\).*/\\1/p' \
    -e 's/.*"error":{"message":"\\([^"]*\\)".*/\\1/p'
      next=$(printf '%%s\\n' "$page" | sed -n 's/.*"nextUri":"\\([^"]*\\)".*/\\1/p')
    done"""
        .formatted(http, sql, authorization(token));
  }

  private String curlQuery(Token token, String sql) {
    return "curl -sSN -H \"%s\" -H 'Content-Type: application/json' -H 'Accept: application/x-ndjson'"
            .formatted(authorization(token))
        + " -d '{\"sql\": \"%s\"}' %s/query".formatted(sql, http);
  }

  private String curlOnce(Token token) {
    return "curl -i -sS -H \"%s\" --data 'SELECT 1' %s/v1/statement"
        .formatted(authorization(token), http);
  }

  private String cli(Token token, @Nullable String sql) {
    String command =
        "%s --enable-native-access=ALL-UNNAMED -jar %s --server %s --truststore-path %s"
                .formatted(
                    quoted(JavaProcess.java()),
                    quoted(cli.toString()),
                    https,
                    quoted(certificate.toString()))
            + " --access-token \"$(cat %s)\"".formatted(quoted(token.file().toString()));
    return sql == null ? command : command + " --execute " + quoted(sql);
  }

  private static String authorization(Token token) {
    return "Authorization: Bearer $(cat " + quoted(token.file().toString()) + ")";
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
