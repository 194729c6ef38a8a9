package dev.passgate.identity;

import java.util.Set;

/** What the source of an identity is called where it is no issuer, in logs, metrics and rules. */
public final class IdentitySources {

  public static final String PASSWORD_FILE = "password-file";
  public static final String LDAP = "ldap";
  public static final String CERTIFICATE = "certificate";

  /** All of them. */
  public static final Set<String> NAMES = Set.of(PASSWORD_FILE, LDAP, CERTIFICATE);

  private IdentitySources() {}
}
