package dev.passgate.identity.mapping;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what all mappings have in common. */
@Configuration(proxyBeanMethods = false)
public class MappingConfiguration {

  @Bean
  UserNamespaces userNamespaces(ObjectProvider<UserNamespace.Source> sources) {
    return UserNamespaces.of(
        () ->
            sources
                .orderedStream()
                .<UserNamespace>mapMulti((source, each) -> source.namespaces().forEach(each))
                .iterator());
  }
}
