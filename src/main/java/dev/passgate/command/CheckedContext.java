package dev.passgate.command;

import dev.passgate.setting.UnknownSettings;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.web.context.reactive.AnnotationConfigReactiveWebApplicationContext;
import org.springframework.core.type.MethodMetadata;

/**
 * The beans of the gateway without what starts them: each is made, whatever became of the others,
 * and its failure kept.
 */
final class CheckedContext extends AnnotationConfigReactiveWebApplicationContext {

  /** Beans of ours start what works by itself in their init methods. */
  private static final String OURS = "dev.passgate.";

  private final Beans beans;

  CheckedContext() {
    this(new Beans());
  }

  private CheckedContext(Beans beans) {
    super(beans);
    this.beans = beans;
    addBeanFactoryPostProcessor(_ -> prepare(beans));
  }

  /** What went wrong, once refreshed, in the order in which it did; some of it more than once. */
  List<RuntimeException> failures() {
    return beans.failures;
  }

  private static void prepare(DefaultListableBeanFactory factory) {
    // It would be the end of the check, which has asked it before.
    factory.removeBeanDefinition(UnknownSettings.BEAN);
    for (String name : factory.getBeanDefinitionNames()) {
      if (factory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition
          && isOurs(definition)) {
        definition.setInitMethodNames();
      }
    }
  }

  private static boolean isOurs(BeanDefinition definition) {
    MethodMetadata method =
        definition instanceof AnnotatedBeanDefinition annotated
            ? annotated.getFactoryMethodMetadata()
            : null;
    return method != null && method.getDeclaringClassName().startsWith(OURS);
  }

  /** Starts no listener, and tells nobody that the application is there. */
  @Override
  protected void finishRefresh() {}

  /** Makes all beans that can be made. */
  private static final class Beans extends DefaultListableBeanFactory {

    private final List<RuntimeException> failures = new ArrayList<>();

    @Override
    public void preInstantiateSingletons() {
      for (String name : getBeanDefinitionNames()) {
        BeanDefinition definition = getMergedBeanDefinition(name);
        if (definition.isSingleton() && !definition.isAbstract() && !definition.isLazyInit()) {
          attempt(() -> getBean(isFactoryBean(name) ? FACTORY_BEAN_PREFIX + name : name));
        }
      }
      for (String name : getSingletonNames()) {
        if (getSingleton(name) instanceof SmartInitializingSingleton bean
            && bean.getClass().getName().startsWith(OURS)) {
          attempt(bean::afterSingletonsInstantiated);
        }
      }
    }

    private void attempt(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }
}
