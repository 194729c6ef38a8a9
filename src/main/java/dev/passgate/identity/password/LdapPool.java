package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.ServerSet;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections to a directory for one purpose, opened when they are first needed. Thread-safe. */
final class LdapPool implements AutoCloseable {

  /** What is done with a connection. Blocks. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T apply(LDAPConnection connection) throws LDAPException;
  }

  private static final Duration MAX_AGE = Duration.ofMinutes(10);

  private final LDAPConnectionPool pool;
  private final Semaphore permits;
  private final Duration patience;

  /**
   * @param account who the connections belong to, null for nobody
   * @param patience how long to wait for a connection that is free
   */
  LdapPool(ServerSet servers, @Nullable BindRequest account, int max, Duration patience)
      throws LDAPException {
    this.pool = new LDAPConnectionPool(servers, account, 0, max);
    this.pool.setMaxConnectionAgeMillis(MAX_AGE.toMillis());
    this.permits = new Semaphore(max);
    this.patience = patience;
  }

  /** Does something, and once more where the server had closed the connection in its idle time. */
  <T extends @Nullable Object> T use(Work<T> work) throws LDAPException {
    acquire();
    try {
      try {
        return finish(pool.getConnection(), work);
      } catch (LDAPException e) {
        if (!e.getResultCode().equals(ResultCode.SERVER_DOWN)) {
          throw e;
        }
      }
      // The other idle ones are as likely to be closed, all of them after a start of the server.
      pool.shrinkPool(0);
      return finish(pool.getConnection(), work);
    } finally {
      permits.release();
    }
  }

  private <T extends @Nullable Object> T finish(LDAPConnection connection, Work<T> work)
      throws LDAPException {
    boolean usable = false;
    try {
      T result = work.apply(connection);
      usable = true;
      return result;
    } catch (LDAPException e) {
      usable = e.getResultCode().isConnectionUsable();
      throw e;
    } finally {
      if (usable) {
        pool.releaseConnection(connection);
      } else {
        pool.releaseDefunctConnection(connection);
      }
    }
  }

  private void acquire() throws LDAPException {
    try {
      if (permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw new LDAPException(ResultCode.CONNECT_ERROR, "no connection is free");
  }

  @Override
  public void close() {
    pool.close();
  }
}
