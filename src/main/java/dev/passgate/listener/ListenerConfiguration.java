package dev.passgate.listener;

import dev.passgate.limit.ConnectionLimitProperties;
import dev.passgate.limit.LimitProperties;
import dev.passgate.observe.AccessLog;
import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Mistakes;
import dev.passgate.setting.PrivateKeys;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.HttpHandler;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** Wires the listeners. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties({
  AddressProperties.class,
  TlsProperties.class,
  LimitProperties.class,
  ConnectionLimitProperties.class
})
class ListenerConfiguration {

  @Bean
  ExternalAddress externalAddress(AddressProperties properties) {
    return new ExternalAddress(properties);
  }

  @Bean
  RequestFormFilter requestFormFilter() {
    return new RequestFormFilter();
  }

  @Bean
  @ConditionalOnProperty("passgate.tls.port")
  TlsListener tlsListener(
      TlsProperties properties,
      HttpHandler handler,
      SslBundles bundles,
      AutowireCapableBeanFactory beanFactory,
      ReactorResourceFactory resources) {
    String bundle = Objects.requireNonNull(properties.bundle());
    check(bundle, bundles);
    if (asks(properties.clientAuthentication())) {
      TrustedAuthorities.require("passgate.tls.bundle", bundle, bundles.getBundle(bundle));
    }
    return new TlsListener(properties, handler, bundles, beanFactory, resources);
  }

  /** Looks, before there is one of Spring Boot's listeners, for its keys and whom it believes. */
  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> listenerStores(
      ServerProperties server, Environment environment, SslBundles bundles) {
    check("server", server.getSsl(), bundles);
    check(
        "management.server",
        Binder.get(environment).bind("management.server.ssl", Ssl.class).orElse(null),
        bundles);
    return _ -> {};
  }

  private static void check(String prefix, @Nullable Ssl ssl, SslBundles bundles) {
    PrivateKeys.require(prefix, ssl, bundles);
    if (ssl != null && asks(ssl)) {
      TrustedAuthorities.require(prefix, ssl, bundles);
    }
  }

  /** Which listeners ask for certificates. */
  @Bean
  ClientCertificates clientCertificates(TlsProperties tls, ServerProperties server) {
    Ssl ssl = server.getSsl();
    return new ClientCertificates((ssl != null && asks(ssl)) || asks(tls.clientAuthentication()));
  }

  private static boolean asks(Ssl ssl) {
    return ssl.isEnabled() && asks(ssl.getClientAuth());
  }

  private static boolean asks(@Nullable ClientAuth clientAuth) {
    return clientAuth == ClientAuth.WANT || clientAuth == ClientAuth.NEED;
  }

  /** Finds out now what the listener would fail of. */
  private static void check(String name, SslBundles bundles) {
    if (!bundles.getBundleNames().contains(name)) {
      throw new InvalidSetting(
          "passgate.tls.bundle",
          name,
          "the name of an SSL bundle under spring.ssl.bundle, which has "
              + bundles.getBundleNames());
    }
    String reason;
    try {
      SslBundle bundle = bundles.getBundle(name);
      if (PrivateKeys.isIn(bundle)) {
        bundle.createSslContext();
        return;
      }
      reason = "it lacks " + PrivateKeys.described(bundle);
    } catch (RuntimeException e) {
      reason = Mistakes.reason(e);
    }
    throw new InvalidSetting(
        "passgate.tls.bundle",
        name,
        "an SSL bundle with a certificate and a private key, and stores that can be read ("
            + reason
            + ")");
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connectionLimits(
      LimitProperties limits,
      ServerProperties server,
      NettyServerProperties netty,
      TlsProperties tls,
      AccessLog access,
      Environment environment) {
    Integer management = environment.getProperty("management.server.port", Integer.class);
    if (management == null
        || (management != 0
            && (management.equals(server.getPort()) || management.equals(tls.port())))) {
      throw new InvalidSetting(
          "management.server.port",
          management,
          "a port of its own: what it serves asks for no credential");
    }
    if (server.getHttp2().isEnabled()) {
      throw new InvalidSetting(
          "server.http2.enabled", true, "false: what guards the form of requests is for HTTP/1.1");
    }
    ForwardHeadersStrategy strategy = server.getForwardHeadersStrategy();
    if (strategy != null && strategy != ForwardHeadersStrategy.NONE) {
      throw new InvalidSetting(
          "server.forward-headers-strategy",
          strategy,
          "none, as every client would be believed; passgate.trusted-proxies names the proxies to"
              + " believe");
    }
    Supplier<DecodingFailureBody> failureBody =
        () ->
            new DecodingFailureBody(
                server.getMaxHttpRequestHeaderSize(), netty.getMaxInitialLineLength(), access);
    return factory -> factory.addServerCustomizers(http -> customize(http, limits, failureBody));
  }

  @Bean
  ConnectionLimit connectionLimit(ConnectionLimitProperties limits, ExternalAddress address) {
    return new ConnectionLimit(limits, address);
  }

  /** The listeners for clients; the management's is made by a context of its own. */
  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connectionCount(ConnectionLimit limit) {
    return factory ->
        factory.addServerCustomizers(
            http -> http.doOnChannelInit((_, channel, _) -> limit.watch(channel)));
  }

  private static HttpServer customize(
      HttpServer server, LimitProperties limits, Supplier<DecodingFailureBody> failureBody) {
    return server
        // On Kubernetes, Spring Boot would turn it on by itself.
        .forwarded(false)
        .readTimeout(limits.requestBodyPause())
        .doOnChannelInit(
            (_, channel, _) -> {
              prepare(channel, limits, failureBody);
            });
  }

  private static void prepare(
      Channel channel, LimitProperties limits, Supplier<DecodingFailureBody> failureBody) {
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(NettyPipeline.HttpCodec) == null) {
      return;
    }
    RequestHeadDeadline.install(channel, limits.requestHeadTime());
    RequestBodyDeadline.install(channel, limits.requestBodyTime());
    pipeline.addAfter(NettyPipeline.HttpCodec, "passgate.brokenBodyGuard", new BrokenBodyGuard());
    pipeline.addAfter(NettyPipeline.HttpCodec, "passgate.decodingFailureBody", failureBody.get());
  }
}
