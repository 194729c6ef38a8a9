package dev.passgate.reload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * What configuration files hold at one time. Compared by content and by path, so that the swap of a
 * symbolic link counts, by which Kubernetes replaces what is mounted. Holds secrets.
 *
 * @param files the contents, a character for each byte; nothing of a file that cannot be read
 */
record FileContents(Map<Path, Optional<String>> files) {

  /** The largest file that is read, in bytes. */
  private static final int MAX_SIZE = 16 * 1024 * 1024;

  private static final List<PropertySourceLoader> LOADERS =
      List.of(new YamlPropertySourceLoader(), new PropertiesPropertySourceLoader());

  /** Reads files. Blocks. */
  static FileContents of(Collection<Path> paths) {
    Map<Path, Optional<String>> files = new TreeMap<>();
    paths.forEach(path -> files.put(path, content(path)));
    return new FileContents(files);
  }

  private static Optional<String> content(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      return bytes.length > MAX_SIZE
          ? Optional.empty()
          : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /**
   * What is wrong with files by themselves, for operators: none of them may be missing or empty, as
   * one is that somebody is about to write. Quotes nothing of what they hold.
   */
  List<String> mistakes() {
    List<String> mistakes = new ArrayList<>();
    files.forEach(
        (path, content) -> {
          if (content.isEmpty()) {
            mistakes.add(
                path
                    + " cannot be read, or is larger than "
                    + MAX_SIZE
                    + " bytes: a file that was"
                    + " there at the start stays until the next one");
          } else {
            check(path, content.get(), mistakes);
          }
        });
    return mistakes;
  }

  /** The files that cannot be read. */
  Set<Path> missing() {
    Set<Path> missing = new TreeSet<>();
    files.forEach(
        (path, content) -> {
          if (content.isEmpty()) {
            missing.add(path);
          }
        });
    return missing;
  }

  private static void check(Path path, String content, List<String> mistakes) {
    String name = String.valueOf(path.getFileName());
    String extension = name.substring(name.lastIndexOf('.') + 1);
    for (PropertySourceLoader loader : LOADERS) {
      if (List.of(loader.getFileExtensions()).contains(extension)) {
        try {
          if (isEmpty(loader.load(name, new ByteArrayResource(bytes(content))))) {
            mistakes.add(path + " is empty");
          }
        } catch (IOException | RuntimeException e) {
          mistakes.add(path + place(e) + " cannot be read: it is no " + extension);
        }
      }
    }
  }

  private static boolean isEmpty(List<PropertySource<?>> sources) {
    return sources.stream()
        .allMatch(
            source ->
                source instanceof EnumerablePropertySource<?> all
                    && all.getPropertyNames().length == 0);
  }

  /** The text of the exception would quote the file. */
  private static String place(Exception failure) {
    Mark mark = failure instanceof MarkedYAMLException marked ? marked.getProblemMark() : null;
    return mark == null
        ? ""
        : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ",";
  }

  /**
   * Stands for paths and contents: SHA-256 in small hexadecimal digits. Not to be shown, as whoever
   * guesses what the files hold can find out by it.
   */
  String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (path, content) -> {
            update(digest, path.toString().getBytes(StandardCharsets.UTF_8));
            update(digest, bytes(content.orElse("")));
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(String content) {
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void update(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
    digest.update(part);
  }

  /** Without what they hold. */
  @Override
  public String toString() {
    return "FileContents" + files.keySet();
  }
}
