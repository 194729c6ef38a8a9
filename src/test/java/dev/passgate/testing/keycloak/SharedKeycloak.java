package dev.passgate.testing.keycloak;

/** One Keycloak for all tests of a JVM. Who stops it starts it again. */
public final class SharedKeycloak {

  private SharedKeycloak() {}

  /** The Keycloak, started the first time; it ends with the JVM. Do not close it. */
  public static KeycloakServer get() {
    return Holder.KEYCLOAK;
  }

  private static final class Holder {
    static final KeycloakServer KEYCLOAK = KeycloakServer.launch();
  }
}
