package dev.passgate.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.TrinoCli;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SelfSignedCertificateIT {

  private final SelfSignedCertificate certificate = SelfSignedCertificate.create();
  private final RecordingOrigin origin = RecordingOrigin.start(certificate.serverContext());
  private final URI localhost = URI.create("https://localhost:" + origin.uri().getPort());

  @AfterEach
  void close() {
    origin.close();
  }

  @Test
  void isTrustedByWhoeverIsGivenItAlone() throws Exception {
    try (RawHttp connection = RawHttp.connect(origin.uri(), certificate.clientContext())) {
      assertThat(connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read().status())
          .isEqualTo(200);
    }
    assertThatThrownBy(() -> RawHttp.connect(origin.uri(), SSLContext.getDefault()))
        .hasMessageContaining("cannot connect");
  }

  @Test
  void letsTheCommandLineClientSendAToken() {
    for (URI server : new URI[] {localhost, origin.uri()}) {
      TrinoCli.Result result =
          TrinoCli.to(server)
              .trust(certificate.certificatePem())
              .accessToken("some.to.ken")
              .execute("SELECT 1");

      assertThat(result.errors()).doesNotContain("Error");
      assertThat(result.output()).isEqualTo("\"1\"\n");
    }
    assertThat(origin.requests())
        .isNotEmpty()
        .allMatch(request -> request.headers("Authorization").contains("Bearer some.to.ken"));
  }

  @Test
  void letsTheJdbcDriverSendAToken() throws Exception {
    String url = JdbcUrl.withToken(localhost, certificate.certificatePem(), "some.to.ken");
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet rows = connection.createStatement().executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
    }
    assertThat(origin.requests().getFirst().headers("Authorization"))
        .containsExactly("Bearer some.to.ken");
  }
}
