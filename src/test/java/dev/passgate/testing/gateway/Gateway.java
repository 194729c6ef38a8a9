package dev.passgate.testing.gateway;

import dev.passgate.PassgateApplication;
import dev.passgate.affinity.TestSignatures;
import dev.passgate.listener.TlsListener;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/** The gateway as it ships, in this JVM, on free ports of loopback. */
public final class Gateway implements AutoCloseable {

  /** What fixtures put into the aud claim, and the gateway asks for. */
  public static final String AUDIENCE = "trino";

  private final URI uri;
  private final URI managementUri;
  private final @Nullable URI tlsUri;
  private final @Nullable SelfSignedCertificate certificate;

  /** Null when it has been closed: a test class stays, and what it holds is megabytes. */
  private volatile @Nullable ConfigurableApplicationContext context;

  private Gateway(
      ConfigurableApplicationContext context, @Nullable SelfSignedCertificate certificate) {
    this.context = context;
    this.certificate = certificate;
    var server = ((ReactiveWebServerApplicationContext) context).getWebServer();
    uri = URI.create("http://127.0.0.1:" + Objects.requireNonNull(server).getPort());
    managementUri =
        URI.create(
            "http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port"));
    TlsListener tls = context.getBeanProvider(TlsListener.class).getIfAvailable();
    tlsUri = tls == null ? null : URI.create("https://localhost:" + tls.port());
  }

  /** A gateway in front of a cluster. */
  public static Builder inFrontOf(URI cluster) {
    return new Builder(cluster);
  }

  /** The main listener. */
  public URI uri() {
    return uri;
  }

  /** The HTTPS listener, of a gateway that was built with TLS. */
  public URI tlsUri() {
    return Objects.requireNonNull(tlsUri, "built without TLS");
  }

  /** The listener for health and metrics. */
  public URI managementUri() {
    return managementUri;
  }

  /** What the HTTPS listener shows. */
  public SelfSignedCertificate certificate() {
    return Objects.requireNonNull(certificate, "built without TLS");
  }

  /** The application, for tests that look inside while it runs. */
  public ConfigurableApplicationContext context() {
    return Objects.requireNonNull(context, "closed");
  }

  @Override
  public void close() {
    ConfigurableApplicationContext running = context;
    if (running != null) {
      running.close();
      context = null;
    }
  }

  /**
   * Event loops and connections of the JVM, which the first of several gateways to be closed must
   * not take from the others.
   */
  private static final class LastingResources extends ReactorResourceFactory {

    @Override
    public void stop() {}

    @Override
    public void destroy() {}
  }

  /** What the gateway is configured with. */
  public static final class Builder {

    private final Map<String, Object> properties = new LinkedHashMap<>();
    private @Nullable SelfSignedCertificate certificate;
    private ApplicationContextInitializer<GenericApplicationContext> addition = _ -> {};

    private Builder(URI cluster) {
      // Not config/application.yml, which Spring Boot would find in the project's folder.
      properties.put("spring.config.location", "classpath:/");
      properties.put("server.port", 0);
      properties.put("server.address", "127.0.0.1");
      properties.put("management.server.port", 0);
      properties.put("management.server.address", "127.0.0.1");
      properties.put("passgate.clusters.main.url", cluster.toString());
      properties.put("passgate.signing-key", TestSignatures.KEY);
      // Origins count the requests that come to them.
      properties.put("passgate.health.enabled", false);
      // No balancer is there to notice.
      properties.put("passgate.shutdown.delay", "0s");
      // The JVM's registry would keep each gateway that there has been.
      properties.put("management.metrics.use-global-registry", false);
    }

    /** Adds a cluster beside {@code main}. */
    public Builder cluster(String name, URI uri) {
      properties.put("passgate.clusters." + name + ".url", uri.toString());
      return this;
    }

    /** Has the clusters probed, at short intervals. */
    public Builder probing() {
      properties.put("passgate.health.enabled", true);
      properties.put("passgate.health.interval", "200ms");
      return this;
    }

    /** Trusts an issuer, whose tokens are for {@link #AUDIENCE}. */
    public Builder trust(LocalIssuer issuer) {
      return trust(issuer.name(), issuer.issuerUri());
    }

    /** Trusts an issuer by its URI. */
    public Builder trust(String name, String issuerUri) {
      properties.put("passgate.issuers." + name + ".issuer-uri", issuerUri);
      properties.put("passgate.issuers." + name + ".audiences", AUDIENCE);
      return this;
    }

    /** Sets a property, over what the builder sets by itself. */
    public Builder with(String key, Object value) {
      properties.put(key, value);
      return this;
    }

    /** Leaves out a property that the builder sets by itself. */
    public Builder without(String key) {
      properties.remove(key);
      return this;
    }

    /** Adds the HTTPS listener. */
    public Builder tls(SelfSignedCertificate shown) {
      certificate = shown;
      properties.put("passgate.tls.port", 0);
      properties.put("passgate.tls.bundle", "test");
      properties.put(
          "spring.ssl.bundle.pem.test.keystore.certificate", shown.certificatePem().toUri());
      properties.put(
          "spring.ssl.bundle.pem.test.keystore.private-key", shown.privateKeyPem().toUri());
      return this;
    }

    /** Adds to the application what a test wants in it. */
    public Builder adding(ApplicationContextInitializer<GenericApplicationContext> initializer) {
      addition = initializer;
      return this;
    }

    /** The properties so far, for a gateway that runs somewhere else. */
    public Map<String, Object> properties() {
      return Map.copyOf(properties);
    }

    public Gateway start() {
      String[] arguments =
          properties.entrySet().stream()
              .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
              .toArray(String[]::new);
      return new Gateway(
          new SpringApplicationBuilder(PassgateApplication.class)
              .registerShutdownHook(false)
              .initializers(
                  context ->
                      ((GenericApplicationContext) context)
                          .registerBean(ReactorResourceFactory.class, LastingResources::new),
                  context -> addition.initialize((GenericApplicationContext) context))
              .run(arguments),
          certificate);
    }
  }
}
