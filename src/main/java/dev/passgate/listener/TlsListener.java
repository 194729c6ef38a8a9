package dev.passgate.listener;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * Serves over TLS what the main listener serves in the clear. Trino's CLI and JDBC driver send
 * tokens and passwords over TLS only.
 */
public final class TlsListener implements SmartLifecycle, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(TlsListener.class);

  private final TlsProperties properties;
  private final HttpHandler handler;
  private final SslBundles bundles;
  private final AutowireCapableBeanFactory beanFactory;
  private final ReactorResourceFactory resources;

  private volatile @Nullable WebServer server;

  TlsListener(
      TlsProperties properties,
      HttpHandler handler,
      SslBundles bundles,
      AutowireCapableBeanFactory beanFactory,
      ReactorResourceFactory resources) {
    this.properties = properties;
    this.handler = handler;
    this.bundles = bundles;
    this.beanFactory = beanFactory;
    this.resources = resources;
  }

  /** The port that it listens on. */
  public int port() {
    return Objects.requireNonNull(server).getPort();
  }

  @Override
  public void start() {
    NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory();
    factory.setResourceFactory(resources);
    // As a bean would be: every setting of server.* and every customizer of the main listener.
    beanFactory.initializeBean(factory, "tlsListenerWebServerFactory");
    factory.setPort(Objects.requireNonNull(properties.port()));
    factory.setSslBundles(bundles);
    Ssl ssl = Ssl.forBundle(Objects.requireNonNull(properties.bundle()));
    ssl.setClientAuth(properties.clientAuthentication());
    factory.setSsl(ssl);
    WebServer started = factory.getWebServer(handler);
    started.start();
    server = started;
    log.info("listening for HTTPS on port {}", started.getPort());
  }

  /** Stops in the phases of Spring Boot's own servers: first gracefully, then for good. */
  @Override
  public void stop(Runnable callback) {
    WebServer running = server;
    if (running == null) {
      callback.run();
      return;
    }
    running.shutDownGracefully(
        (GracefulShutdownResult result) -> {
          running.stop();
          server = null;
          callback.run();
        });
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  /** For a context that is closed while a client holds on to its connection. */
  @Override
  public void destroy() {
    WebServer running = server;
    if (running != null) {
      running.stop();
      server = null;
    }
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }

  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }
}
