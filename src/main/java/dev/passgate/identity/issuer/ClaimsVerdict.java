package dev.passgate.identity.issuer;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.MappedUser;
import dev.passgate.identity.mapping.UnusableClaim;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What becomes of claims that are known to be the issuer's own words, however that is known: by a
 * signature, or by the issuer's answer to a question.
 */
final class ClaimsVerdict implements AutoCloseable {

  private final IssuerSettings settings;
  private final UserNamespaces namespaces;
  private volatile KeptClaims kept;
  private final @Nullable WatchedFile<DenyList> denyList;

  /**
   * @param kept what of the claims goes on with the identity
   */
  ClaimsVerdict(IssuerSettings settings, UserNamespaces namespaces, KeptClaims kept) {
    this.settings = settings;
    this.namespaces = namespaces;
    this.kept = kept;
    this.denyList = settings.restrictions().denyList();
  }

  /**
   * Who the claims are about. To be asked after everything that says that the claims are meant for
   * us and for now.
   *
   * @param claims the claims as they were parsed, or as Spring Security gives them, with times as
   *     {@link Instant}
   * @param expiresAt when what they came from ends
   * @param trail told of each check that is passed
   */
  Verdict of(Map<String, ? extends @Nullable Object> claims, Instant expiresAt, Trail trail) {
    try {
      return identify(claims, expiresAt, trail);
    } catch (RefusedTokenException e) {
      return e.refusal();
    } catch (UnusableClaim e) {
      return Refusal.of(Reason.CLAIM_MISMATCH, e.detail(), settings.name());
    }
  }

  private Verdict identify(
      Map<String, ? extends @Nullable Object> claims, Instant expiresAt, Trail trail) {
    settings.restrictions().checkClaims(claims, trail);
    MappedUser mapped = namespaces.admit(settings.user().prefix(), settings.user().map(claims));
    return switch (mapped) {
      case MappedUser.None none -> Refusal.of(Reason.NO_USER, none.detail(), settings.name());
      case MappedUser.User user -> {
        trail.passed(Check.USER);
        settings.restrictions().checkUser(user.name(), trail);
        String subject = RegisteredClaims.subject(claims);
        Identity identity =
            new Identity(
                settings.name(),
                user.name(),
                null,
                subject == null ? user.name() : subject,
                expiresAt,
                settings.groups().map(claims),
                settings.grants().map(claims),
                kept.of(claims));
        trail.passed(Check.GRANTS);
        yield identity;
      }
    };
  }

  /** Says what else of the claims goes on with identities from now on. */
  void keep(KeptClaims others) {
    kept = others;
  }

  /** Grows whenever the same claims may come to another verdict than before. */
  long version() {
    return settings.user().version() + (denyList == null ? 0 : denyList.version());
  }

  /** Begins to look at the files that it reads, on threads that may block. */
  void watch(Scheduler scheduler) {
    settings.user().watch(scheduler);
    if (denyList != null) {
      denyList.watch(scheduler);
    }
  }

  @Override
  public void close() {
    settings.user().close();
    if (denyList != null) {
      denyList.close();
    }
  }
}
