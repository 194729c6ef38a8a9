package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Searches for the one entry of a user, and binds under its name. */
final class SearchThenBind implements LdapMethod {

  /** Nobody has it: a bind under this name takes the time of another one. */
  private static final RDN NOBODY = new RDN("cn", "passgate-nobody");

  private final LdapPool searches;
  private final LdapPool binds;
  private final LdapSearch search;
  private final NameRule nameRule;
  private final Duration timeout;
  private final String[] attributes;

  /**
   * @param attributes what to read of an entry
   */
  SearchThenBind(
      LdapPool searches,
      LdapPool binds,
      LdapSearch search,
      NameRule nameRule,
      Duration timeout,
      List<String> attributes) {
    this.searches = searches;
    this.binds = binds;
    this.search = search;
    this.nameRule = nameRule;
    this.timeout = timeout;
    this.attributes = attributes.toArray(String[]::new);
  }

  @Override
  public @Nullable Account authenticate(String user, String password) throws LDAPException {
    Entry entry = find(user);
    String dn = entry == null ? new DN(NOBODY, new DN(search.base())).toString() : entry.getDN();
    boolean bound = binds.use(connection -> UserBind.bind(connection, dn, password));
    return entry != null && bound ? new Account(dn, entry, nameRule) : null;
  }

  /** The entry, or null where there is none, or more than one, of which none is the user's. */
  private @Nullable Entry find(String user) throws LDAPException {
    SearchRequest request =
        new SearchRequest(search.base(), SearchScope.SUB, search.filter().of(user), attributes);
    request.setSizeLimit(2);
    request.setTimeLimitSeconds((int) Math.max(1, timeout.toSeconds()));
    try {
      List<SearchResultEntry> found =
          searches.<SearchResult>use(connection -> connection.search(request)).getSearchEntries();
      return found != null && found.size() == 1 ? found.getFirst() : null;
    } catch (LDAPSearchException e) {
      if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        return null;
      }
      throw e;
    }
  }
}
