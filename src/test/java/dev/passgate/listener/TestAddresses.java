package dev.passgate.listener;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes external addresses for tests of other packages. */
public final class TestAddresses {

  private TestAddresses() {}

  public static ExternalAddress fixed(String externalUrl) {
    return of(externalUrl);
  }

  static ExternalAddress of(@Nullable String externalUrl, String... trustedProxies) {
    return new ExternalAddress(new AddressProperties(externalUrl, List.of(trustedProxies)));
  }
}
