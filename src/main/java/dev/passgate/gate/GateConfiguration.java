package dev.passgate.gate;

import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.Issuer;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.observe.AuthenticationMetrics;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  /**
   * The gate. Impersonation is the last of its rules: those before it see whom the credential
   * names.
   */
  @Bean
  Gate gate(
      TokenVerifier tokens,
      ObjectProvider<PasswordVerifier> passwords,
      ObjectProvider<CertificateVerifier> certificates,
      IssuerRegistry issuers,
      Impersonation impersonation,
      AuthenticationMetrics metrics,
      SourceProperties sources,
      BasicProperties basic) {
    Set<String> names = new TreeSet<>(IdentitySources.NAMES);
    issuers.issuers().forEach(issuer -> names.add(issuer.name()));
    impersonation.check(names);
    Verifiers verifiers =
        new Verifiers(tokens, passwords.getIfAvailable(), certificates.getIfAvailable());
    return new Gate(
        new CredentialReader(
            usable(sources, verifiers.passwords(), basic.tokens()), basic.tokens()),
        verifiers,
        List.of(routes(issuers), new ImpersonationRule(impersonation)),
        metrics);
  }

  private static Rule routes(IssuerRegistry issuers) {
    return new RouteRule(
        issuers.issuers().stream()
            .filter(issuer -> !issuer.routes().isEmpty())
            .collect(Collectors.toMap(Issuer::name, Issuer::routes)));
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
