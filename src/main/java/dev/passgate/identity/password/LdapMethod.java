package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import org.jspecify.annotations.Nullable;

/** A way to find out whose password something is. */
interface LdapMethod {

  /**
   * An account whose password was right.
   *
   * @param dn the name of the entry
   * @param entry what the directory shows of it, null where it shows nothing
   * @param nameRule which name the user has
   */
  record Account(String dn, @Nullable Entry entry, NameRule nameRule) {}

  /**
   * Has the directory check a password. Blocks.
   *
   * @return null where there is no such user or the password is another
   * @throws LDAPException where that cannot be told
   */
  @Nullable Account authenticate(String user, String password) throws LDAPException;
}
