package dev.passgate.identity.password;

/** Hashes that others made: {@code htpasswd -B -C 8}, libcrypt, and Python's hashlib. */
final class Hashes {

  static final String PASSWORD = "correct horse";
  static final String BCRYPT = "$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi";
  static final String BCRYPT_2A = "$2a$08$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe";
  static final String BCRYPT_2B = "$2b$08$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe";
  static final String PBKDF2 =
      "1000:5b4240333032306164:5476dd03e7e8a53ff04cd83a00a75210fd8067b4a825e1a14f9a00a2131b06d2";
  static final String PBKDF2_LONG =
      PBKDF2 + "d10a021e6fc89e16f7b4015db6e859f871ba542a23b3dc08ac12cde892a51cb6";

  /** Of {@link #UMLAUTS}. */
  static final String BCRYPT_UMLAUTS =
      "$2y$08$MhY3mB.GHc.rcWMKyCTjy.GrO22K5.Yx1WhUVmqKlTMGAPIPZOXXK";

  static final String PBKDF2_UMLAUTS =
      "2048:5b4240333032306164:69474f7ac125bbaa9c7e314bdd1dc42ea2b3f59c";
  static final String UMLAUTS = "gr\u00fc\u00dfe";

  /** Of 72 times the letter a. */
  static final String BCRYPT_LONGEST =
      "$2y$08$.WpqRyDAD4GiibMJIHI3ZO0jpZLa9s2nB3PWz5nV2hlrGtooezn1q";

  private Hashes() {}
}
