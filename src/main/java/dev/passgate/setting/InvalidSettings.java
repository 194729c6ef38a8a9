package dev.passgate.setting;

import java.util.List;
import java.util.stream.Collectors;

/** Several settings that stop the start, found together. */
public final class InvalidSettings extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<InvalidSetting> settings;

  /**
   * @param settings at least one
   */
  public InvalidSettings(List<InvalidSetting> settings) {
    super(settings.stream().map(InvalidSetting::getMessage).collect(Collectors.joining("\n")));
    this.settings = List.copyOf(settings);
  }

  /** What they are. */
  public List<InvalidSetting> settings() {
    return settings;
  }
}
