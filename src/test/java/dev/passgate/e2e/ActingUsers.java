package dev.passgate.e2e;

import dev.passgate.identity.Identity;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Verdict;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.support.GenericApplicationContext;

/** Has the token of a user {@code alice--bob} stand for alice, who acts as bob. */
final class ActingUsers implements BeanPostProcessor {

  private static final String SEPARATOR = "--";

  static void addTo(GenericApplicationContext context) {
    context.registerBean(ActingUsers.class);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof TokenVerifier verifier
        ? (TokenVerifier) (token, trail) -> verifier.verify(token, trail).map(ActingUsers::acting)
        : bean;
  }

  private static Verdict acting(Verdict verdict) {
    if (!(verdict instanceof Identity identity) || !identity.user().contains(SEPARATOR)) {
      return verdict;
    }
    String[] users = identity.user().split(SEPARATOR, 2);
    return new Identity(identity.issuer(), users[0], identity.subject(), identity.expiresAt())
        .actingAs(users[1]);
  }
}
