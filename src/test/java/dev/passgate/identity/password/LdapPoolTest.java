package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.SingleServerSet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LdapPoolTest {

  private static final int MAX = 4;

  @Test
  void goesOnAtOnceAfterTheServerWasStartedAgain() throws LDAPException {
    InMemoryDirectoryServer server =
        new InMemoryDirectoryServer(new InMemoryDirectoryServerConfig("dc=example,dc=com"));
    server.startListening();
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setUseSynchronousMode(true);
    try (LdapPool pool =
        new LdapPool(
            new SingleServerSet("localhost", server.getListenPort(), options),
            null,
            MAX,
            Duration.ofSeconds(20))) {
      open(pool, MAX);

      server.shutDown(true);
      server.startListening();

      assertThat(pool.<@Nullable RootDSE>use(LDAPConnection::getRootDSE)).isNotNull();
    } finally {
      server.shutDown(true);
    }
  }

  /** So many connections at once, each within the work of the one before. */
  private static void open(LdapPool pool, int count) throws LDAPException {
    var _ =
        pool.<@Nullable RootDSE>use(
            connection -> {
              if (count > 1) {
                open(pool, count - 1);
              }
              return connection.getRootDSE();
            });
  }
}
