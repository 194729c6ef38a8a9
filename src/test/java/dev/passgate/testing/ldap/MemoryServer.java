package dev.passgate.testing.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFReader;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** UnboundID's directory, which is good for any machine. */
final class MemoryServer implements LdapServer {

  private final InMemoryDirectoryServer server;
  private final SelfSignedCertificate certificate;

  private MemoryServer(InMemoryDirectoryServer server, SelfSignedCertificate certificate) {
    this.server = server;
    this.certificate = certificate;
  }

  static MemoryServer start() {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    var tls = certificate.serverContext();
    try {
      InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(People.BASE);
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig(
              "ldap", null, LoopbackPort.free(), tls.getSocketFactory()),
          InMemoryListenerConfig.createLDAPSConfig(
              "ldaps", null, LoopbackPort.free(), tls.getServerSocketFactory(), null));
      InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
      var in = new ByteArrayInputStream(People.ldif().getBytes(StandardCharsets.UTF_8));
      var _ = server.importFromLDIF(true, new LDIFReader(in));
      MemoryServer started = new MemoryServer(server, certificate);
      started.resume();
      return started;
    } catch (LDAPException e) {
      throw new IllegalStateException("the directory does not start", e);
    }
  }

  @Override
  public URI uri() {
    return URI.create("ldap://127.0.0.1:" + server.getListenPort("ldap"));
  }

  @Override
  public URI tlsUri() {
    return URI.create("ldaps://127.0.0.1:" + server.getListenPort("ldaps"));
  }

  @Override
  public SelfSignedCertificate certificate() {
    return certificate;
  }

  @Override
  public void halt() {
    server.shutDown(true);
  }

  @Override
  public void resume() {
    try {
      server.startListening();
    } catch (LDAPException e) {
      throw new IllegalStateException("the directory does not start", e);
    }
  }

  @Override
  public void close() {
    server.shutDown(true);
  }
}
