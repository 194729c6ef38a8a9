package dev.passgate.gate;

import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.identity.issuer.IssuerReload;
import dev.passgate.observe.AuthenticationMetrics;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the gate. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SourceProperties.class, BasicProperties.class})
class GateConfiguration {

  @Bean
  CredentialNames credentialNames(SourceProperties sources) {
    return CredentialNames.of(sources.parsed());
  }

  @Bean
  Gate gate(
      IssuerReload tokens,
      ObjectProvider<PasswordVerifier> passwords,
      ObjectProvider<CertificateVerifier> certificates,
      IssuerRegistry issuers,
      Impersonation impersonation,
      AuthenticationMetrics metrics,
      SourceProperties sources,
      BasicProperties basic) {
    impersonation.check(issuers.sources());
    Verifiers verifiers =
        new Verifiers(tokens.verifier(), passwords.getIfAvailable(), certificates.getIfAvailable());
    return new Gate(
        new CredentialReader(
            usable(sources, verifiers.passwords(), basic.tokens()), basic.tokens()),
        GateReload.policy(verifiers, issuers.issuers(), impersonation),
        metrics);
  }

  @Bean
  GateReload gateReload(
      Gate gate,
      ObjectProvider<PasswordVerifier> passwords,
      ObjectProvider<CertificateVerifier> certificates,
      Impersonation impersonation) {
    return new GateReload(
        gate, passwords.getIfAvailable(), certificates.getIfAvailable(), impersonation);
  }

  /** The sources without {@code basic} where there is nothing to check a password against. */
  private static List<Source> usable(
      SourceProperties sources, @Nullable PasswordVerifier passwords, boolean tokens) {
    boolean listed = sources.parsed().stream().anyMatch(Source.Basic.class::isInstance);
    boolean used = passwords != null || tokens;
    if (used && !listed) {
      throw new InvalidSetting(
          "passgate.authentication.sources",
          sources.sources(),
          "a list with basic in it, as passgate.authentication.basic says what it is checked"
              + " against");
    }
    List<Source> usable =
        sources.parsed().stream()
            .filter(source -> used || !(source instanceof Source.Basic))
            .toList();
    if (usable.isEmpty()) {
      throw new InvalidSetting(
          "passgate.authentication.sources",
          sources.sources(),
          "another source too, or something that passwords are checked against, such as"
              + " passgate.authentication.basic.file.path; without it, nobody gets in");
    }
    return usable;
  }
}
