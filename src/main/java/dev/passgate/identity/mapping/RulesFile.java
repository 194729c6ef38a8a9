package dev.passgate.identity.mapping;

import dev.passgate.file.WatchedFile;

/** Rules of a file, as it is now. */
record RulesFile(WatchedFile<UserRules> file) implements NameRule {

  @Override
  public MappedUser apply(String value) {
    return file.value().map(value);
  }
}
