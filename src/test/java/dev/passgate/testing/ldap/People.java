package dev.passgate.testing.ldap;

/** Who is in the directories. Everybody's password is {@link #password} of his name. */
public final class People {

  public static final String BASE = "dc=example,dc=com";

  /** Alone may search. */
  public static final String READER = "cn=reader," + BASE;

  public static final String READER_PASSWORD = "reader secret";

  /** A name with everything in it that is syntax somewhere. */
  public static final String ODD = "jo*hn (x) \"q\" \\ +;<>=#";

  private static final String ODD_DN = "jo*hn (x) \\\"q\\\" \\\\ \\+\\;\\<\\>\\=#";

  private People() {}

  public static String password(String name) {
    return name + "'s secret";
  }

  static String ldif() {
    return entry("dc=example,dc=com", "dcObject", "organization")
        + "dc: example\no: Example\n"
        + entry("ou=people," + BASE, "organizationalUnit")
        + "ou: people\n"
        + entry("ou=others," + BASE, "organizationalUnit")
        + "ou: others\n"
        + entry(READER, "organizationalRole", "simpleSecurityObject")
        + "cn: reader\nuserPassword: "
        + READER_PASSWORD
        + "\n"
        + person("people", "alice", "alice")
        + "mail: alice@example.com\n"
        + "seeAlso: cn=analysts,ou=groups,dc=example,dc=com\n"
        + "seeAlso: cn=night shift,ou=groups,dc=example,dc=com\n"
        + "seeAlso: ou=elsewhere,dc=example,dc=com\n"
        + person("people", "Bob", "Bob")
        + "mail: bob@example.com\n"
        + person("people", "carol", "carol")
        + "uid: caz\n"
        + person("people", "dave", "dave")
        + "mail: team@example.com\n"
        + person("people", "erin", "erin")
        + "mail: team@example.com\n"
        + person("people", ODD_DN, ODD)
        + person("others", "mallory", "mallory")
        + entry("uid=frank,ou=people," + BASE, "inetOrgPerson")
        + "uid: frank\ncn: frank\nsn: frank\n";
  }

  private static String person(String unit, String rdn, String name) {
    return entry("uid=" + rdn + ",ou=" + unit + "," + BASE, "inetOrgPerson")
        + "uid: "
        + name
        + "\ncn: "
        + name
        + "\nsn: "
        + name
        + "\nuserPassword: "
        + password(name)
        + "\n";
  }

  private static String entry(String dn, String... classes) {
    return "\ndn: " + dn + "\nobjectClass: " + String.join("\nobjectClass: ", classes) + "\n";
  }
}
