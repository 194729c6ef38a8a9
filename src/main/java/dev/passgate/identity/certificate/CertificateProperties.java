package dev.passgate.identity.certificate;

import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserMappingProperties;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who client certificates stand for.
 *
 * @param user how what a certificate says names the Trino user: the claims are subject, cn,
 *     san.email, san.dns and san.uri; cn if none is configured
 */
@ConfigurationProperties("passgate.authentication.certificate")
record CertificateProperties(
    @DefaultValue @NestedConfigurationProperty UserMappingProperties user) {

  static final String USER_KEY = "passgate.authentication.certificate.user.";

  CertificateProperties {
    // Nothing tells these from none, and certificates have none of them.
    if (user.claims().equals(UserMappingProperties.TOKEN_CLAIMS)) {
      user = user.over(List.of("cn"));
    }
    if (!CertificateClaims.NAMES.containsAll(user.claims())) {
      throw new InvalidSetting(
          USER_KEY + "claims", user.claims(), "claims of subject, cn, san.email, san.dns, san.uri");
    }
    var _ = compile(user);
  }

  /** From what a certificate says to its user. */
  UserMapping mapping() {
    return compile(user);
  }

  private static UserMapping compile(UserMappingProperties user) {
    return user.compile(
        (key, value, expected) -> new InvalidSetting(USER_KEY + key, value, expected));
  }
}
