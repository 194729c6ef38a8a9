package dev.passgate.identity.issuer;

import java.util.List;

/** Somebody who can tell that issuers do not fit what they are for, before they are in force. */
@FunctionalInterface
public interface IssuerCheck {

  /**
   * Looks at issuers.
   *
   * @throws dev.passgate.setting.InvalidSetting for the first that does not fit
   */
  void check(List<? extends Issuer> issuers);
}
