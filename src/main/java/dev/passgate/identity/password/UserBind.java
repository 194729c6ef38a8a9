package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import java.util.Set;

/** A user's simple bind (RFC 4513, section 5.1). */
final class UserBind {

  /**
   * What says that the password does not open the account: wrong, or no such account, or one that
   * has no password, is locked, or may not use it now. All else says nothing about the password.
   */
  private static final Set<ResultCode> WRONG =
      Set.of(
          ResultCode.INVALID_CREDENTIALS,
          ResultCode.NO_SUCH_OBJECT,
          ResultCode.INVALID_DN_SYNTAX,
          ResultCode.INAPPROPRIATE_AUTHENTICATION,
          ResultCode.CONSTRAINT_VIOLATION,
          ResultCode.INSUFFICIENT_ACCESS_RIGHTS,
          ResultCode.UNWILLING_TO_PERFORM);

  private UserBind() {}

  /**
   * Binds. An empty password is no password: with one, a bind succeeds for every name there is (RFC
   * 4513, section 5.1.2).
   *
   * @return whether the password is the account's
   * @throws LDAPException where that cannot be told
   */
  static boolean bind(LDAPConnection connection, String dn, String password) throws LDAPException {
    if (dn.isEmpty() || password.isEmpty()) {
      return false;
    }
    try {
      return connection
          .bind(new SimpleBindRequest(dn, password))
          .getResultCode()
          .equals(ResultCode.SUCCESS);
    } catch (LDAPException e) {
      if (WRONG.contains(e.getResultCode())) {
        return false;
      }
      throw e;
    }
  }
}
