package dev.passgate.command.envoy;

import dev.passgate.setting.Mistakes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads a file of Envoy's, YAML or JSON, which is YAML too. Makes nothing of it but maps and texts.
 */
final class EnvoyFile {

  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_ALIASES = 50;

  private EnvoyFile() {}

  /**
   * Reads it.
   *
   * @throws UnreadableEnvoy where it is not there, too large, or no mapping
   */
  static Map<?, ?> read(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_BYTES);
    try {
      Object read = new Yaml(new SafeConstructor(options)).load(text(file));
      if (isCyclic(read, identities(), identities())) {
        throw new UnreadableEnvoy(file + ": a part of it is in itself");
      }
      if (read instanceof Map<?, ?> map) {
        return map;
      }
      throw new UnreadableEnvoy(file + ": no configuration of Envoy, which is a mapping");
    } catch (MarkedYAMLException e) {
      throw new UnreadableEnvoy(
          file
              + ", line "
              + (e.getProblemMark().getLine() + 1)
              + ", column "
              + (e.getProblemMark().getColumn() + 1)
              + ": "
              + Mistakes.problem(e));
    } catch (ReaderException _) {
      throw new UnreadableEnvoy(file + ": it has letters that YAML has none of");
    } catch (YAMLException | IllegalArgumentException _) {
      // Their words are those of the file, where a tag says what a value is to be.
      throw new UnreadableEnvoy(file + ": a value is not what its tag says, or the file too large");
    } catch (StackOverflowError _) {
      throw new UnreadableEnvoy(file + ": its parts are in each other too deeply");
    }
  }

  private static Set<Object> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /**
   * Whether an alias makes a part its own.
   *
   * @param above what it is in
   * @param done what was looked through
   */
  private static boolean isCyclic(@Nullable Object part, Set<Object> above, Set<Object> done) {
    Collection<?> parts =
        switch (part) {
          case Map<?, ?> map -> map.values();
          case List<?> list -> list;
          case null, default -> List.of();
        };
    if (parts.isEmpty() || done.contains(part)) {
      return false;
    }
    if (!above.add(part)) {
      return true;
    }
    boolean cyclic = parts.stream().anyMatch(each -> isCyclic(each, above, done));
    above.remove(part);
    done.add(part);
    return cyclic;
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnreadableEnvoy(file + ": it is larger than 4 MB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException _) {
      throw new UnreadableEnvoy(file + ": there is no such file");
    } catch (CharacterCodingException _) {
      throw new UnreadableEnvoy(file + ": it is no UTF-8");
    } catch (IOException e) {
      throw new UnreadableEnvoy(file + ": it cannot be read (" + e.getMessage() + ")");
    }
  }
}
