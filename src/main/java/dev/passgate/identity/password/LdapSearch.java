package dev.passgate.identity.password;

import static dev.passgate.identity.password.LdapSettings.key;

import com.unboundid.ldap.sdk.DN;
import dev.passgate.file.WatchedFile;
import dev.passgate.identity.password.LdapProperties.SearchProperties;
import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a user's entry is found.
 *
 * @param base where it is looked for
 * @param filter which one it is
 * @param account who looks for it, null for nobody in particular
 */
record LdapSearch(String base, UserFilter filter, @Nullable Account account) {

  /**
   * Somebody who may search.
   *
   * @param dn the name
   * @param password the password, null where a file holds it
   * @param file the file with the password, null where it is configured
   */
  record Account(String dn, @Nullable String password, @Nullable WatchedFile<String> file) {

    /** The password as it is now. */
    String currentPassword() {
      return file == null ? String.valueOf(password) : file.value();
    }

    @Override
    public String toString() {
      return "Account[" + dn + "]";
    }
  }

  /**
   * Checks what is configured.
   *
   * @param needed whether there is nothing else that finds entries
   * @return null where entries are not searched for
   * @throws InvalidSetting for the first mistake
   */
  static @Nullable LdapSearch of(LdapProperties properties, boolean needed) {
    SearchProperties search = properties.search();
    if (search.base() == null) {
      if (needed) {
        throw new InvalidSetting(
            key("bind-patterns"), null, "bind-patterns, or search.base and search.filter");
      }
      if (search.filter() != null || search.bindDn() != null) {
        throw new InvalidSetting(
            key("search.base"), null, "the name of the entry below which users are");
      }
      return null;
    }
    if (!needed) {
      throw new InvalidSetting(
          key("search.base"), search.base(), "nothing, as there are bind-patterns");
    }
    if (!DN.isValidDN(search.base())) {
      throw new InvalidSetting(
          key("search.base"), search.base(), "a distinguished name, such as dc=example,dc=com");
    }
    return new LdapSearch(search.base(), filter(properties), account(search));
  }

  private static UserFilter filter(LdapProperties properties) {
    String text = properties.search().filter();
    try {
      UserFilter filter = UserFilter.parse(text == null ? "" : text);
      if (filter.nameRules().size() > 1 && properties.nameAttribute() == null) {
        throw new InvalidSetting(
            key("name-attribute"),
            null,
            "the attribute with the user's one true name, as the filter finds users by several");
      }
      return filter;
    } catch (InvalidSetting e) {
      throw e;
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          key("search.filter"),
          text,
          "a filter with {USER} in the value of an equality, such as (uid={USER})");
    }
  }

  private static @Nullable Account account(SearchProperties search) {
    String dn = search.bindDn();
    boolean inFile = search.bindPasswordFile() != null;
    String password = search.bindPassword();
    boolean given = password != null;
    if (dn == null) {
      if (given || inFile) {
        throw new InvalidSetting(
            key("search.bind-dn"), null, "the name of the account whose password there is");
      }
      return null;
    }
    if (dn.isEmpty() || !DN.isValidDN(dn)) {
      throw new InvalidSetting(key("search.bind-dn"), dn, "a distinguished name");
    }
    if (given == inFile || (password != null && password.isEmpty())) {
      throw new InvalidSetting(
          key("search.bind-password"),
          null,
          "the password of search.bind-dn, here or in the file that search.bind-password-file"
              + " names, and not in both");
    }
    Placeholder.refuse(key("search.bind-password"), password);
    return new Account(dn, password, inFile ? read(search) : null);
  }

  private static WatchedFile<String> read(SearchProperties search) {
    String path = String.valueOf(search.bindPasswordFile());
    try {
      return WatchedFile.read(Path.of(path), LdapSearch::password);
    } catch (InvalidPathException e) {
      throw new InvalidSetting(key("search.bind-password-file"), path, "the path of a file");
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          key("search.bind-password-file"),
          path,
          "a file with a password (" + e.getMessage() + ")");
    }
  }

  /** Editors end a file with a line end, which no password ends with. */
  private static String password(byte[] content) {
    String password = new String(content, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
    if (password.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return password;
  }
}
