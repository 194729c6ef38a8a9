package dev.passgate.protocol;

/**
 * The headers of Trino's client protocol ({@code io.trino.client.ProtocolHeaders}), and which of a
 * request's headers may go on to a cluster.
 */
public final class TrinoHeaders {

  /** Who the query runs as. Only the gateway says so. */
  public static final String USER = "X-Trino-User";

  /** Who authenticated, where it is not the user; outranks {@link #USER} in Trino. */
  public static final String ORIGINAL_USER = "X-Trino-Original-User";

  /** In answers, after {@code SET SESSION AUTHORIZATION}: who the client is to be from now on. */
  public static final String SET_AUTHORIZATION_USER = "X-Trino-Set-Authorization-User";

  /** The transaction that a statement belongs to. */
  public static final String TRANSACTION_ID = "X-Trino-Transaction-Id";

  /** In answers: the transaction that a statement has started. */
  public static final String STARTED_TRANSACTION_ID = "X-Trino-Started-Transaction-Id";

  public static final String SOURCE = "X-Trino-Source";

  public static final String CATALOG = "X-Trino-Catalog";

  public static final String SCHEMA = "X-Trino-Schema";

  /** What a client can read ({@code io.trino.client.ClientCapabilities}), separated by commas. */
  public static final String CLIENT_CAPABILITIES = "X-Trino-Client-Capabilities";

  /** In answers of the gateway's own: the query that they come from. */
  public static final String QUERY_ID = "X-Trino-Query-Id";

  /** Properties of the session, {@code name=value} with the value URL-encoded: may repeat. */
  public static final String SESSION = "X-Trino-Session";

  /** Prepared statements, {@code name=SQL}, both URL-encoded: may repeat. */
  public static final String PREPARED_STATEMENT = "X-Trino-Prepared-Statement";

  /** The roles of the session by catalog: may repeat. */
  public static final String ROLE = "X-Trino-Role";

  /** What resource groups are chosen by, separated by commas. */
  public static final String CLIENT_TAGS = "X-Trino-Client-Tags";

  /** Credentials for connectors by name: may repeat. */
  public static final String EXTRA_CREDENTIAL = "X-Trino-Extra-Credential";

  /** In requests the encodings that a client reads, in answers the one that was chosen. */
  public static final String QUERY_DATA_ENCODING = "X-Trino-Query-Data-Encoding";

  /**
   * What a client may say to Trino. Everything else of the family is for the gateway to say, or for
   * nodes among each other, or not known to be harmless.
   */
  private static final String[] FROM_CLIENTS = {
    SOURCE,
    CATALOG,
    SCHEMA,
    "X-Trino-Path",
    "X-Trino-Time-Zone",
    "X-Trino-Language",
    "X-Trino-Trace-Token",
    SESSION,
    ROLE,
    PREPARED_STATEMENT,
    TRANSACTION_ID,
    "X-Trino-Client-Info",
    CLIENT_TAGS,
    CLIENT_CAPABILITIES,
    "X-Trino-Resource-Estimate",
    EXTRA_CREDENTIAL,
    QUERY_DATA_ENCODING
  };

  private static final String FAMILY = "x-trino-";

  /** Other families by which a request says who it is of or where it came from. */
  private static final String[] REFUSED_FAMILIES = {"x-presto-", "x-forwarded-", "x-original-"};

  /**
   * Credentials, which are the gateway's to read; where a request came from; and what belongs to
   * one connection (RFC 9110 section 7.6.1).
   */
  private static final String[] REFUSED = {
    "authorization",
    "proxy-authorization",
    "idtoken",
    "forwarded",
    "x-forwarded",
    "x-real-ip",
    "x-rewrite-url",
    "connection",
    "proxy-connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade"
  };

  private TrinoHeaders() {}

  /**
   * Whether a header of a client's request may go on to a cluster. False for identity, credentials,
   * origin and connection, and for names that become such a name where {@code _} or {@code .} is
   * read as {@code -}, as servers do that hand headers on as variables. Also false for what is not
   * a header name at all.
   *
   * <p>What {@code Connection} names and which cookies are credentials is not known here. Allocates
   * nothing: it is asked about each header of each request.
   */
  public static boolean isForwardable(String headerName) {
    if (!isToken(headerName)) {
      return false;
    }
    if (startsLike(headerName, FAMILY)) {
      return isOneOf(FROM_CLIENTS, headerName);
    }
    for (String family : REFUSED_FAMILIES) {
      if (startsLike(headerName, family)) {
        return false;
      }
    }
    for (String refused : REFUSED) {
      if (headerName.length() == refused.length() && startsLike(headerName, refused)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a name is another one, which is in lower case, or becomes it where {@code _} or {@code
   * .} is read as {@code -}, in both of them. Allocates nothing.
   */
  public static boolean isLike(String headerName, String other) {
    if (headerName.length() != other.length()) {
      return false;
    }
    for (int i = 0; i < other.length(); i++) {
      if (folded(headerName.charAt(i)) != folded(other.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOneOf(String[] names, String name) {
    for (String candidate : names) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name starts with a prefix, which is in lower case, or with a look-alike of it. */
  private static boolean startsLike(String name, String prefix) {
    if (name.length() < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (folded(name.charAt(i)) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static char folded(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return c == '_' || c == '.' ? '-' : c;
  }

  /** RFC 9110 section 5.6.2. */
  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
