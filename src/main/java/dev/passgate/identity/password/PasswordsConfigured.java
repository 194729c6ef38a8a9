package dev.passgate.identity.password;

import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether there is anything below {@code file} or {@code ldap}. */
final class PasswordsConfigured implements Condition {

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Binder binder = Binder.get(context.getEnvironment());
    return Stream.of("file", "ldap")
        .anyMatch(
            part ->
                binder
                    .bind(PasswordProperties.key(part), Bindable.mapOf(String.class, Object.class))
                    .isBound());
  }
}
