package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.TrinoCli;
import dev.passgate.testing.trino.TrinoInstance;
import dev.passgate.testing.trino.TrinoMode;
import dev.passgate.testing.trino.TrinoSetup;
import org.junit.jupiter.api.Test;

/** The way of {@link TrinoCliIT} to the public image of Trino, where a container engine runs. */
class TrinoContainerIT {

  @Test
  void runsStatementsAsTheUserOfTheToken() {
    assumeTrue(
        TrinoMode.isContainerAvailable(), "no container engine with the image of Trino is at hand");
    try (TrinoInstance trino = TrinoMode.CONTAINER.start(TrinoSetup.standard());
        LocalIssuer issuer = LocalIssuer.start("acme");
        Gateway gateway =
            Gateway.inFrontOf(trino.uri())
                .trust(issuer)
                .tls(SelfSignedCertificate.create())
                .start()) {

      TrinoCli.Result result =
          TrinoCli.to(gateway.tlsUri())
              .trust(gateway.certificate().certificatePem())
              .accessToken(issuer.token("alice").build())
              .execute("select current_user; select count(*) from tpch.tiny.nation");

      assertThat(result.exitCode()).as(result.errors()).isZero();
      assertThat(result.output().lines()).containsExactly("\"alice\"", "\"25\"");
    }
  }
}
