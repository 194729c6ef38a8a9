package dev.passgate.identity.mapping;

/** From what a credential says to a name. What comes out has not been looked at yet. */
@FunctionalInterface
interface NameRule {

  /**
   * Makes the name. Bounded in time, and never throws for what a client sent.
   *
   * @param value visible ASCII with inner spaces
   */
  MappedUser apply(String value);
}
