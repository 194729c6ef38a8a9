package dev.passgate.setting;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Has the settings looked at before anything is made of them. */
@Configuration(proxyBeanMethods = false)
class SettingConfiguration {

  @Bean(UnknownSettings.BEAN)
  static BeanFactoryPostProcessor unknownSettings(ConfigurableEnvironment environment) {
    return _ -> UnknownSettings.refuse(environment);
  }
}
