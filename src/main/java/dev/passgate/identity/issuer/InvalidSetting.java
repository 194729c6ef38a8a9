package dev.passgate.identity.issuer;

/** A setting that stops the start. The message names the key, the value and what was expected. */
final class InvalidSetting extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  InvalidSetting(String key, Object value, String expected) {
    super(key + " is '" + value + "', but expected is " + expected);
  }
}
