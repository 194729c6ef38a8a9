package dev.passgate.identity.issuer;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A trusted issuer as others see it. */
public interface Issuer {

  /** Its configured name, which logs, metrics and paths call it by. */
  String name();

  /** Its name in tokens. */
  String issuerUri();

  /** How long ago it confirmed the keys that are in use; null while there are none. */
  @Nullable Duration keysAge();

  /** The ids of the routes that its tokens get in by; empty for all. */
  Set<String> routes();

  /** Its token endpoint, configured or discovered; null where there is none, or none yet. */
  @Nullable URI tokenUri();

  /** Whether it was not asked yet, with success, where its token endpoint is. */
  boolean isTokenUriAwaited();

  /** The kinds of grants (RFC 6749) that clients may ask it for through the gateway. */
  Set<String> tokenGrants();
}
