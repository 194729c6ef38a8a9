package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PasswordProvider;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/**
 * The connections to a directory: some on which users bind, and others on which entries are
 * searched for. None is opened before it is needed, so that the gateway starts without a directory.
 *
 * @param binds belong to whoever was the last to bind
 * @param searches belong to the account that may search, null where nothing is searched for
 */
record LdapConnections(LdapPool binds, @Nullable LdapPool searches) implements AutoCloseable {

  private static final int LDAP_PORT = 389;
  private static final int LDAPS_PORT = 636;
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  static LdapConnections of(LdapSettings settings, SslBundles bundles) {
    ServerSet servers = servers(settings, bundles);
    Duration patience = settings.connectTimeout().plus(settings.responseTimeout());
    LdapSearch search = settings.search();
    try {
      return new LdapConnections(
          new LdapPool(servers, null, settings.maxConnections(), patience),
          search == null
              ? null
              : new LdapPool(servers, bind(search.account()), settings.maxConnections(), patience));
    } catch (LDAPException e) {
      throw new IllegalStateException("a pool without connections cannot fail", e);
    }
  }

  private static @Nullable BindRequest bind(LdapSearch.@Nullable Account account) {
    return account == null
        ? null
        : new SimpleBindRequest(
            account.dn(),
            new PasswordProvider() {
              @Override
              public byte[] getPasswordBytes() {
                return account.currentPassword().getBytes(StandardCharsets.UTF_8);
              }
            });
  }

  private static ServerSet servers(LdapSettings settings, SslBundles bundles) {
    List<URI> urls = settings.servers();
    String[] hosts = urls.stream().map(LdapConnections::host).toArray(String[]::new);
    int[] ports = urls.stream().mapToInt(LdapConnections::port).toArray();
    LDAPConnectionOptions options = options(settings);
    if (settings.isTls()) {
      return new FailoverServerSet(hosts, ports, tls(settings, bundles), options);
    }
    return new FailoverServerSet(
        hosts,
        ports,
        SocketFactory.getDefault(),
        options,
        null,
        settings.startTls() ? new StartTLSPostConnectProcessor(tls(settings, bundles)) : null);
  }

  private static LDAPConnectionOptions options(LdapSettings settings) {
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis(Math.toIntExact(settings.connectTimeout().toMillis()));
    options.setResponseTimeoutMillis(settings.responseTimeout().toMillis());
    options.setUseSynchronousMode(true);
    options.setFollowReferrals(false);
    options.setMaxMessageSize(MAX_MESSAGE_BYTES);
    return options;
  }

  private static SSLSocketFactory tls(LdapSettings settings, SslBundles bundles) {
    try {
      SSLContext context =
          settings.bundle() == null
              ? SSLContext.getDefault()
              : bundles.getBundle(settings.bundle()).createSslContext();
      return new LdapTlsSockets(context.getSocketFactory(), settings.connectTimeout());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static String host(URI server) {
    String host = server.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI server) {
    if (server.getPort() >= 0) {
      return server.getPort();
    }
    return server.getScheme().equals("ldaps") ? LDAPS_PORT : LDAP_PORT;
  }

  @Override
  public void close() {
    binds.close();
    if (searches != null) {
      searches.close();
    }
  }
}
