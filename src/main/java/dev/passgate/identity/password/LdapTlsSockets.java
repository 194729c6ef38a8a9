package dev.passgate.identity.password;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS sockets that check whom they talk to, and do not wait for ever. The LDAP SDK checks no host
 * name by itself, its own check passes over every loopback address, and its handshake has no time
 * limit.
 */
final class LdapTlsSockets extends SSLSocketFactory {

  private final SSLSocketFactory sockets;
  private final Duration timeout;

  /**
   * @param timeout the longest that a read of the handshake may take; the SDK sets its own after it
   */
  LdapTlsSockets(SSLSocketFactory sockets, Duration timeout) {
    this.sockets = sockets;
    this.timeout = timeout;
  }

  private Socket prepared(Socket socket) throws IOException {
    if (!(socket instanceof SSLSocket tls)) {
      throw new IOException("not a TLS socket");
    }
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("LDAPS");
    tls.setSSLParameters(parameters);
    tls.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    return tls;
  }

  @Override
  public Socket createSocket() throws IOException {
    return prepared(sockets.createSocket());
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return prepared(sockets.createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return prepared(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return prepared(sockets.createSocket(host, port, local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return prepared(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return prepared(sockets.createSocket(host, port, local, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
