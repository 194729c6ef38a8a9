package dev.passgate.gate;

import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.Identity;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Who is asked about which kind of credential.
 *
 * @param passwords null where no passwords are known
 * @param certificates null where certificates prove nothing
 */
record Verifiers(
    TokenVerifier tokens,
    @Nullable PasswordVerifier passwords,
    @Nullable CertificateVerifier certificates) {

  /** Who a credential stands for, where that is known without a check that takes its time. */
  @Nullable Identity known(Credential credential) {
    return switch (credential) {
      case Credential.Token token -> tokens.known(token.token());
      case Credential.Password password ->
          passwords == null ? null : passwords.known(password.user(), password.password());
      case Credential.Certificate _, Credential.None _ -> null;
    };
  }

  Mono<Verdict> verify(Credential credential, Approach approach, Trail trail) {
    return switch (credential) {
      case Credential.Token token ->
          approach.late()
              ? tokens.verifyLate(token.token(), trail)
              : tokens.verify(token.token(), trail);
      case Credential.Password password ->
          passwords == null
              ? Mono.just(
                  Refusal.of(
                      Reason.UNSUPPORTED_SCHEME, "passwords are not accepted here: send a token"))
              : passwords.verify(
                  password.user(), password.password(), approach.address().get(), trail);
      case Credential.Certificate certificate ->
          certificates == null
              ? Mono.just(
                  Refusal.of(
                      Reason.UNSUPPORTED_SCHEME, "client certificates are not accepted here"))
              : Mono.just(certificates.verify(certificate.certificate(), trail));
      case Credential.None none -> Mono.just(none.refusal());
    };
  }
}
