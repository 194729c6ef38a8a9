package dev.passgate.identity.impersonation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.TrinoUserName;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.StepLimitedText.TooManySteps;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * Who may act as whom: the first rule that is for the caller and for the wanted user decides, and
 * without one nobody may. Remembers nothing of queries: a poll gets the answer that its query got
 * because it asks for the same. Thread-safe, and bounded in time by the number of rules and groups.
 *
 * <p>Somebody for whom no rule is made runs as himself, whatever user his client names: Trino's
 * clients name the user of the operating system by themselves.
 */
public final class Impersonation {

  private static final String STATEMENT = "SET SESSION AUTHORIZATION";
  private static final String NO_RULE =
      STATEMENT + " needs an impersonation rule, and the gateway has none for this user";

  private static final CallerRules NOTHING = new CallerRules(List.of());
  private static final int MAX_CALLERS = 10_000;

  /**
   * What is in force.
   *
   * @param callers the rules for those who asked last, as all polls of a query ask. By the object,
   *     not by what is in it: as long as a token is remembered as verified, its identity is the
   *     same one
   */
  private record Plan(List<ActAsRule> rules, Cache<Identity, CallerRules> callers) {

    /**
     * @throws TooManySteps where it cannot be told in time
     */
    CallerRules rulesOf(Identity caller) {
      return rules.isEmpty() ? NOTHING : callers.get(caller, this::select);
    }

    CallerRules select(Identity caller) {
      return new CallerRules(
          rules.stream().map(rule -> rule.to(caller)).filter(Objects::nonNull).toList());
    }
  }

  private volatile Plan plan;

  Impersonation(List<ActAsRule> rules) {
    this(
        new Plan(
            List.copyOf(rules),
            Caffeine.newBuilder()
                .weakKeys()
                .maximumSize(MAX_CALLERS)
                .executor(Runnable::run)
                .build()));
  }

  private Impersonation(Plan plan) {
    this.plan = plan;
  }

  /** The rules of now, apart from those that come into force later. */
  public Impersonation asOfNow() {
    return new Impersonation(plan);
  }

  /**
   * What the settings say, apart from the rules in force.
   *
   * @throws dev.passgate.setting.InvalidSetting if a rule is wrong; {@code BindException} if a
   *     value is of the wrong type
   */
  public static Impersonation of(Binder binder) {
    return binder.bindOrCreate("passgate.impersonation", ImpersonationProperties.class).compile();
  }

  /** Takes over the rules of another, which is not used for anything else then. */
  public void become(Impersonation other) {
    plan = other.plan;
  }

  /** How many rules there are. */
  public int size() {
    return plan.rules().size();
  }

  /**
   * Checks that each rule for an issuer is for one that there is: a rule that refuses would else
   * refuse nobody.
   *
   * @param issuers every value that {@link Identity#issuer} can have
   * @throws InvalidSetting for the first rule that is for none of them
   */
  public void check(Set<String> issuers) {
    List<ActAsRule> rules = plan.rules();
    for (int i = 0; i < rules.size(); i++) {
      Expression issuer = rules.get(i).issuer();
      if (issuer != null && issuers.stream().noneMatch(issuer::matches)) {
        throw new InvalidSetting(
            "passgate.impersonation.rules[" + i + "].issuer",
            issuer,
            "an expression for at least one of " + issuers);
      }
    }
  }

  /**
   * Whom a request runs as.
   *
   * @param caller whom the credential names
   * @param users the values of {@code X-Trino-User} as the client sent them
   * @param originalUsers the values of {@code X-Trino-Original-User}, of which nothing is believed;
   *     where they are other than {@code users}, the client follows a {@code SET SESSION
   *     AUTHORIZATION}
   * @return the caller, the caller acting as another, or a refusal
   */
  public Verdict check(
      Identity caller, List<String> users, List<String> originalUsers, Trail trail) {
    List<String> wanted = users.size() < 2 ? users : users.stream().distinct().toList();
    if (wanted.isEmpty() || (wanted.size() == 1 && isOwn(caller, wanted.getFirst()))) {
      return caller;
    }
    try {
      CallerRules own = plan.rulesOf(caller);
      if (own.allowAnything()) {
        return wish(caller, wanted, own, trail);
      }
    } catch (TooManySteps _) {
      return refused(caller, "it takes too long to tell whether an impersonation rule fits");
    }
    boolean followsStatement =
        originalUsers.stream().anyMatch(user -> !user.isBlank() && !wanted.contains(user));
    return followsStatement ? refused(caller, NO_RULE) : caller;
  }

  /**
   * Why {@code SET SESSION AUTHORIZATION} is not to be, null where it may.
   *
   * @param running who the statement ran as, who may be acting as another already
   * @param user who Trino lets the client become
   */
  public @Nullable Refusal refuseAuthorization(Identity running, String user) {
    Identity caller = original(running);
    if (user.equals(caller.user())) {
      return null;
    }
    if (!TrinoUserName.isValid(user)) {
      return refused(caller, STATEMENT + " names a user that cannot be sent to Trino");
    }
    try {
      CallerRules own = plan.select(caller);
      if (own.allow(user)) {
        return null;
      }
      return refused(
          caller.actingAs(user),
          own.allowAnything()
              ? STATEMENT + ": the impersonation rules do not allow to act as '" + user + "'"
              : NO_RULE);
    } catch (TooManySteps _) {
      return refused(
          caller.actingAs(user), "it takes too long to tell whether an impersonation rule fits");
    }
  }

  private Verdict wish(Identity caller, List<String> wanted, CallerRules own, Trail trail) {
    String user = wanted.getFirst();
    if (wanted.size() > 1) {
      return refused(caller, "more than one X-Trino-User: send exactly one");
    }
    if (!TrinoUserName.isValid(user)) {
      return refused(caller, "X-Trino-User holds no name that Trino takes");
    }
    Identity acting = caller.actingAs(user);
    if (!own.allow(user)) {
      return refused(
          acting, "the impersonation rules do not allow to act as '" + user + "' (X-Trino-User)");
    }
    trail.passed(Check.IMPERSONATION);
    return acting;
  }

  private static boolean isOwn(Identity caller, String user) {
    return user.isBlank() || user.equals(caller.user());
  }

  private static Refusal refused(Identity who, String detail) {
    return Refusal.of(Reason.IMPERSONATION_DENIED, detail, who);
  }

  private static Identity original(Identity running) {
    return running.originalUser() == null
        ? running
        : new Identity(
            running.issuer(),
            running.originalUser(),
            null,
            running.subject(),
            running.expiresAt(),
            running.groups(),
            running.grants(),
            running.claims());
  }
}
