package dev.passgate.testing.helm;

import java.util.List;
import java.util.Map;

/** The manifests that Helm rendered, each read strictly. */
public final class Release {

  private final List<Map<String, Object>> manifests;
  private final List<Object> models;

  Release(String rendered) {
    manifests = StrictYaml.readAll(rendered);
    models = manifests.stream().map(KubernetesModel::read).toList();
  }

  /** Reads a manifest strictly. */
  public static Object read(Map<String, Object> manifest) {
    return KubernetesModel.read(manifest);
  }

  /** As they were rendered. */
  public List<Map<String, Object>> manifests() {
    return manifests;
  }

  /** Those of a kind. */
  public <T> List<T> all(Class<T> kind) {
    return models.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * The only one of a kind.
   *
   * @throws IllegalStateException if there is none, or there are several
   */
  public <T> T one(Class<T> kind) {
    List<T> found = all(kind);
    if (found.size() != 1) {
      throw new IllegalStateException(
          found.size() + " of " + kind.getSimpleName() + ", expected one");
    }
    return found.getFirst();
  }
}
