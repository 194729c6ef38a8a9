package dev.passgate.cluster.trust;

import java.util.Arrays;
import java.util.Locale;

/** By what a cluster knows the gateway. */
public enum TrustKind {
  /** By nothing: whoever reaches the cluster is believed. */
  NONE,
  /** By user and password of a service account. */
  BASIC,
  /** By a token that the gateway signs. */
  JWT,
  /** By the certificate that the gateway shows for its connections. */
  CERTIFICATE;

  /**
   * Finds one by its name.
   *
   * @throws IllegalArgumentException for anything but the four names in small letters
   */
  public static TrustKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.settingName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a kind of trust"));
  }

  /** As it is written in settings. */
  public String settingName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether requests carry a secret that whoever reads it can use. */
  public boolean sendsSecret() {
    return switch (this) {
      case BASIC, JWT -> true;
      case NONE, CERTIFICATE -> false;
    };
  }
}
