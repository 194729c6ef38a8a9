package dev.passgate.testing.artifact;

import org.jspecify.annotations.Nullable;

/** One file of a Maven repository. */
public record MavenArtifact(
    String groupId,
    String artifactId,
    String version,
    String extension,
    @Nullable String classifier) {

  /** Reads {@code groupId:artifactId:version:extension[:classifier]}. */
  public static MavenArtifact parse(String coordinates) {
    String[] parts = coordinates.split(":", -1);
    if (parts.length < 4 || parts.length > 5) {
      throw new IllegalArgumentException(
          coordinates + " is not groupId:artifactId:version:extension[:classifier]");
    }
    return new MavenArtifact(
        parts[0], parts[1], parts[2], parts[3], parts.length == 5 ? parts[4] : null);
  }

  /** Where a repository keeps it, with {@code /} between the folders. */
  String path() {
    String suffix = classifier == null ? "" : "-" + classifier;
    return String.join("/", groupId.replace('.', '/'), artifactId, version, artifactId)
        + ("-" + version + suffix + "." + extension);
  }

  /** The form that Maven's own goals take. */
  @Override
  public String toString() {
    String base = String.join(":", groupId, artifactId, version, extension);
    return classifier == null ? base : base + ":" + classifier;
  }
}
