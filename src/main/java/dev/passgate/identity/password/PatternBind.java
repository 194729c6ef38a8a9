package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binds under names that are made of the user's name, and reads the entry as the user, who alone is
 * known to be allowed to.
 */
final class PatternBind implements LdapMethod {

  private final LdapPool pool;
  private final List<BindPattern> patterns;
  private final @Nullable NameRule nameRule;
  private final String[] attributes;

  /**
   * @param nameRule which name a user has, null to have it written as in the entry
   * @param attributes what to read of an entry, beside what the patterns name
   */
  PatternBind(
      LdapPool pool,
      List<BindPattern> patterns,
      @Nullable NameRule nameRule,
      List<String> attributes) {
    this.pool = pool;
    this.patterns = List.copyOf(patterns);
    this.nameRule = nameRule;
    this.attributes = attributes.toArray(String[]::new);
  }

  @Override
  public @Nullable Account authenticate(String user, String password) throws LDAPException {
    for (BindPattern pattern : patterns) {
      DN dn = pattern.of(user);
      Account account =
          pool.<@Nullable Account>use(
              connection -> authenticate(connection, pattern, dn, password));
      if (account != null) {
        return account;
      }
    }
    return null;
  }

  private @Nullable Account authenticate(
      LDAPConnection connection, BindPattern pattern, DN dn, String password) throws LDAPException {
    if (!UserBind.bind(connection, dn.toString(), password)) {
      return null;
    }
    Entry entry = read(connection, dn);
    return new Account(
        entry == null ? dn.toString() : entry.getDN(),
        entry,
        nameRule == null ? pattern.nameRule() : nameRule);
  }

  private @Nullable Entry read(LDAPConnection connection, DN dn) throws LDAPException {
    try {
      return connection.getEntry(dn.toString(), attributes);
    } catch (LDAPException e) {
      if (e.getResultCode().equals(ResultCode.INSUFFICIENT_ACCESS_RIGHTS)) {
        return null;
      }
      throw e;
    }
  }
}
