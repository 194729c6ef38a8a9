package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Verdict;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users of a directory. */
final class LdapPasswords implements PasswordSource {

  /** Its name in logs, metrics and rules. */
  static final String NAME = IdentitySources.LDAP;

  private static final Logger log = LoggerFactory.getLogger(LdapPasswords.class);

  private final LdapMethod method;
  private final @Nullable GroupRule groups;
  private final List<String> attributes;
  private final VerifiedUsers users;
  private final Predicate<String> taken;
  private final AtomicBoolean down = new AtomicBoolean();

  /**
   * @param attributes what the mapping may ask of an entry
   * @param taken whether a name is somebody's who is not in the directory
   */
  LdapPasswords(
      LdapMethod method,
      @Nullable GroupRule groups,
      List<String> attributes,
      VerifiedUsers users,
      Predicate<String> taken) {
    this.method = method;
    this.groups = groups;
    this.attributes = List.copyOf(attributes);
    this.users = users;
    this.taken = taken;
  }

  @Override
  public Verdict check(String user, String password) {
    LdapMethod.Account account;
    try {
      account = method.authenticate(user, password);
    } catch (LDAPException e) {
      return unavailable(e);
    }
    if (down.compareAndSet(true, false)) {
      log.info("The directory answers again");
    }
    return account == null ? users.wrong() : identify(user, account);
  }

  private Verdict identify(String user, LdapMethod.Account account) {
    Entry entry = account.entry();
    if (entry == null) {
      log.atWarn()
          .addKeyValue("dn", account.dn())
          .log("A user may not read his own entry, so that nobody knows how he is called");
      return Refusal.of(Reason.NO_USER, "the directory does not show the user", NAME);
    }
    String name = account.nameRule().name(entry, user);
    if (name == null) {
      return Refusal.of(
          Reason.NO_USER, "the name is not the one name that the directory has for the user", NAME);
    }
    if (taken.test(name)) {
      return Refusal.of(Reason.NO_USER, "the name is somebody else's", NAME);
    }
    if (groups != null && !groups.isWhole(entry)) {
      return Refusal.of(
          Reason.NO_USER, "the user is in more groups than the directory tells", NAME);
    }
    Set<String> named = groups == null ? Set.of() : groups.groups(entry);
    if (named == null) {
      return Refusal.of(
          Reason.NO_USER, "the names of the user's groups take too long to read", NAME);
    }
    return users.identify(name, account.dn(), claims(entry), named);
  }

  private Map<String, Object> claims(Entry entry) {
    Map<String, Object> claims = new HashMap<>();
    for (String attribute : attributes) {
      String[] values = entry.getAttributeValues(attribute);
      if (values != null) {
        claims.put(attribute, values.length == 1 ? values[0] : List.of(values));
      }
    }
    String path = path(entry);
    if (path != null) {
      claims.put("dn", path);
    }
    return claims;
  }

  /**
   * The name of an entry with slashes between its parts: commas stand in no user's name. A slash
   * within a part is escaped as RFC 4514 escapes, so that no two entries have one path.
   */
  private static @Nullable String path(Entry entry) {
    try {
      return Arrays.stream(entry.getParsedDN().getRDNs())
          .map(part -> part.toString().replace("/", "\\2f"))
          .collect(Collectors.joining("/"));
    } catch (LDAPException _) {
      return null;
    }
  }

  /** Told once: while a directory is down, every request would tell it. */
  private Refusal unavailable(LDAPException failure) {
    if (down.compareAndSet(false, true)) {
      log.atError()
          .addKeyValue("result", failure.getResultCode())
          .log("The directory does not answer as it should, and its users cannot get in");
    }
    log.atDebug().setCause(failure).log("no answer of the directory");
    return Refusal.of(
        Reason.PROVIDER_UNAVAILABLE, "passwords cannot be checked now: try again", NAME);
  }

  @Override
  public long version() {
    return users.version();
  }
}
