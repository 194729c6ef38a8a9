package dev.passgate.shutdown;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires how the gateway ends. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(ShutdownProperties.class)
class ShutdownConfiguration {

  @Bean
  Draining draining() {
    return new Draining();
  }

  @Bean
  Shutdown shutdown(ShutdownProperties times, Draining draining) {
    return new Shutdown(times, draining);
  }

  /** The listeners for clients; the management's is made by a context of its own. */
  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> drainedConnections(Draining draining) {
    return factory ->
        factory.addServerCustomizers(
            http ->
                http.doOnBound(server -> draining.listens(server.channel()))
                    .doOnChannelInit(
                        (_, channel, _) -> ClientConnection.install(channel, draining)));
  }
}
