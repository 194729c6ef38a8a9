package dev.passgate.identity.password;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserNamespaces;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import reactor.core.scheduler.Scheduler;

/**
 * What passwords are checked against, with the files and connections that it needs.
 *
 * @param source the one that is asked
 * @param files the files that it reads
 * @param mappings from names to Trino users, which may have files of their own
 * @param connections to a directory, null without one
 */
record PasswordSources(
    PasswordSource source,
    List<WatchedFile<?>> files,
    List<UserMapping> mappings,
    @Nullable LdapConnections connections)
    implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PasswordSources.class);

  PasswordSources {
    files = List.copyOf(files);
    mappings = List.copyOf(mappings);
  }

  /**
   * Makes what is configured. Reads files.
   *
   * @throws InvalidSetting for the first mistake
   */
  static PasswordSources of(
      PasswordProperties properties,
      SslBundles bundles,
      UserNamespaces namespaces,
      InstantSource clock) {
    List<UserMapping> mappings = new ArrayList<>();
    List<WatchedFile<?>> files = new ArrayList<>();
    FilePasswords file = null;
    if (properties.file().path() != null) {
      WatchedFile<PasswordFile> watched = read(properties.file().path());
      files.add(watched);
      UserMapping mapping = fileMapping(properties);
      mappings.add(mapping);
      file =
          new FilePasswords(
              watched, users(FilePasswords.NAME, mapping, namespaces, properties, clock));
    }
    if (properties.ldap().url().isEmpty() && file != null) {
      return new PasswordSources(file, files, mappings, null);
    }
    LdapSettings settings = LdapSettings.of(properties.ldap());
    warnOfExposure(settings);
    if (settings.search() != null
        && settings.search().account() != null
        && settings.search().account().file() != null) {
      files.add(settings.search().account().file());
    }
    mappings.add(settings.user());
    LdapConnections connections = LdapConnections.of(settings, bundles);
    Predicate<String> taken = file == null ? _ -> false : file::knows;
    LdapPasswords directory =
        new LdapPasswords(
            method(settings, connections),
            settings.groups(),
            settings.attributes(),
            users(LdapPasswords.NAME, settings.user(), namespaces, properties, clock),
            taken);
    return new PasswordSources(
        file == null ? directory : new FileThenDirectory(file, directory),
        files,
        mappings,
        connections);
  }

  private static LdapMethod method(LdapSettings settings, LdapConnections connections) {
    List<String> attributes = new ArrayList<>(settings.attributes());
    if (settings.groups() != null) {
      attributes.add(settings.groups().attribute());
    }
    NameRule configured =
        settings.nameAttribute() == null ? null : new NameRule(settings.nameAttribute(), null);
    if (configured != null) {
      attributes.add(configured.attribute());
    }
    LdapSearch search = settings.search();
    if (search == null || connections.searches() == null) {
      settings.patterns().forEach(pattern -> attributes.add(pattern.nameRule().attribute()));
      return new PatternBind(connections.binds(), settings.patterns(), configured, attributes);
    }
    search.filter().nameRules().forEach(rule -> attributes.add(rule.attribute()));
    return new SearchThenBind(
        connections.searches(),
        connections.binds(),
        search,
        configured == null ? search.filter().nameRules().getFirst() : configured,
        settings.responseTimeout(),
        attributes);
  }

  private static VerifiedUsers users(
      String name,
      UserMapping mapping,
      UserNamespaces namespaces,
      PasswordProperties properties,
      InstantSource clock) {
    return new VerifiedUsers(name, mapping, namespaces, properties.cache().ttl(), clock);
  }

  private static UserMapping fileMapping(PasswordProperties properties) {
    return properties
        .file()
        .user()
        .compile(
            (key, value, expected) ->
                new InvalidSetting(PasswordProperties.key("file.user." + key), value, expected));
  }

  private static WatchedFile<PasswordFile> read(String path) {
    String key = PasswordProperties.key("file.path");
    try {
      return WatchedFile.read(Path.of(path), PasswordFile::parse);
    } catch (InvalidPathException _) {
      throw new InvalidSetting(key, path, "the path of a password file");
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          key, path, "a password file of user:hash lines (" + e.getMessage() + ")");
    }
  }

  private static void warnOfExposure(LdapSettings settings) {
    if (settings.isExposed()) {
      log.atWarn()
          .addKeyValue("url", settings.servers())
          .log("The directory is asked over plain ldap: whoever is on the way reads passwords");
    }
  }

  /** Begins to look at the files. */
  void watch(Scheduler scheduler) {
    files.forEach(file -> file.watch(scheduler));
    mappings.forEach(mapping -> mapping.watch(scheduler));
  }

  @Override
  public void close() {
    files.forEach(WatchedFile::close);
    mappings.forEach(UserMapping::close);
    if (connections != null) {
      connections.close();
    }
  }
}
