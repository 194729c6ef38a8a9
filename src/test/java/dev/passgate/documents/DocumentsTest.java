package dev.passgate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.documents.Markdown.Fence;
import dev.passgate.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** That what the documents name is there. */
class DocumentsTest {

  private static final int WIDTH = 120;

  /** Grown over time, and not rewrapped. */
  private static final Set<String> LOGS = Set.of("CHANGELOG.md", "RATIONALE.md");

  private static final Pattern URL = Pattern.compile("[a-z]+:.*");
  private static final Pattern TEST =
      Pattern.compile("\\b([A-Z]\\w*[a-z]\\w*(?:Test|IT))(?:\\.([a-z]\\w*))?\\b");
  private static final Pattern SAME_CLASS = Pattern.compile("\\.([a-z]+[A-Z]\\w*)");
  private static final Set<String> NAMES_OF_NONE = Set.of("NameTest", "NameIT");
  private static final Pattern KEY =
      Pattern.compile("(?<![\\w.:/@-])passgate(?:\\.(?:[\\w-]+|<\\w+>|\\*|\\{[^}]*}|\\[\\w*]))+");

  /**
   * What looks like a key: loggers, files, hosts, meters, attributes of spans, and test settings.
   */
  private static final Pattern NO_KEY =
      Pattern.compile(
          "passgate\\.(audit|access|route|cluster|issuer|requests|crt|key|pem|aot|internal|example.*"
              + "|yml|yaml|properties|corpora|osv|cdx.*|docs\\.update|test\\..*|leaks\\..*)");

  private static final List<Markdown> DOCUMENTS = documents();
  private static final Map<String, String> TESTS = tests();
  private static final List<List<Pattern>> KEYS = keys();

  private static List<Markdown> documents() {
    Path root = ProjectFiles.root();
    return Stream.of("", "docs", "bench", "charts")
        .map(root::resolve)
        .filter(Files::isDirectory)
        .flatMap(folder -> files(folder, folder.equals(root) ? 1 : 3, ".md"))
        .filter(file -> !file.startsWith(root.resolve("bench/results")))
        .map(Markdown::read)
        .toList();
  }

  private static Map<String, String> tests() {
    return files(ProjectFiles.resolve("src/test/java"), Integer.MAX_VALUE, ".java")
        .collect(
            Collectors.toMap(
                file -> file.getFileName().toString().replace(".java", ""),
                DocumentsTest::text,
                String::concat));
  }

  private static Stream<Path> files(Path folder, int depth, String ending) {
    try (Stream<Path> found = Files.walk(folder, depth)) {
      return found.filter(file -> file.toString().endsWith(ending)).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the reference, for which another test answers; a key is a pattern for each of its parts. */
  private static List<List<Pattern>> keys() {
    return Markdown.read(ProjectFiles.resolve("docs/configuration.md")).prose().values().stream()
        .filter(line -> line.startsWith("| `passgate."))
        .map(line -> Markdown.code(line).getFirst())
        .map(key -> Stream.of(key.split("\\.", -1)).map(DocumentsTest::part).toList())
        .toList();
  }

  private static Pattern part(String part) {
    return Pattern.compile(
        part.equals("<name>") ? ".+" : Pattern.quote(part.replace("[n]", "")) + "(?:\\[\\w*])?");
  }

  @Test
  void linksLeadToFilesAndHeadingsThatThereAre() {
    List<String> wrong = new ArrayList<>();
    for (Markdown document : DOCUMENTS) {
      for (Map.Entry<Integer, String> link : document.links()) {
        if (!URL.matcher(link.getValue()).matches() && !resolves(document, link.getValue())) {
          wrong.add(at(document, link.getKey()) + link.getValue());
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static boolean resolves(Markdown document, String link) {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? document.file() : document.file().resolveSibling(parts[0]).normalize();
    if (parts.length == 1 || !Files.isRegularFile(target)) {
      return Files.exists(target) && parts.length == 1;
    }
    return Markdown.read(target).anchors().contains(parts[1]);
  }

  @Test
  void namesTestsThatThereAre() {
    List<String> wrong = new ArrayList<>();
    for (Markdown document : DOCUMENTS) {
      document.prose().forEach((number, line) -> checkTests(at(document, number), line, wrong));
      for (Fence fence : document.fences()) {
        checkTests(at(document, fence.line()), fence.text(), wrong);
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static void checkTests(String place, String text, List<String> wrong) {
    Matcher named = TEST.matcher(text);
    while (named.find()) {
      check(place, named.group(1), named.group(2), wrong);
    }
    String current = null;
    for (String code : Markdown.code(text)) {
      Matcher test = TEST.matcher(code);
      Matcher same = SAME_CLASS.matcher(code);
      if (test.matches()) {
        current = test.group(1);
      } else if (same.matches() && current != null) {
        check(place, current, same.group(1), wrong);
      }
    }
  }

  private static void check(
      String place, String name, @Nullable String method, List<String> wrong) {
    if (NAMES_OF_NONE.contains(name)) {
      return;
    }
    String source = TESTS.get(name);
    if (source == null || (method != null && !source.contains(" " + method + "("))) {
      wrong.add(place + name + (method == null ? "" : "." + method));
    }
  }

  @Test
  void namesKeysThatThereAre() {
    List<String> wrong = new ArrayList<>();
    for (Markdown document : DOCUMENTS) {
      document
          .prose()
          .forEach(
              (number, line) ->
                  Markdown.code(line)
                      .forEach(code -> checkKeys(at(document, number), code, wrong)));
      for (Fence fence : document.fences()) {
        checkKeys(at(document, fence.line()), fence.text(), wrong);
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static void checkKeys(String place, String text, List<String> wrong) {
    KEY.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(Predicate.not(key -> NO_KEY.matcher(key).matches()))
        .flatMap(DocumentsTest::alternatives)
        .filter(key -> !isKeyOrSection(key))
        .forEach(key -> wrong.add(place + key));
  }

  /** {@code a.{b,c}} is {@code a.b} and {@code a.c}. */
  private static Stream<String> alternatives(String key) {
    int open = key.indexOf('{');
    if (open < 0) {
      return Stream.of(key);
    }
    int close = key.indexOf('}', open);
    return Stream.of(key.substring(open + 1, close).split(",", -1))
        .map(part -> key.substring(0, open) + part.strip() + key.substring(close + 1))
        .flatMap(DocumentsTest::alternatives);
  }

  private static boolean isKeyOrSection(String key) {
    String[] parts =
        (key.endsWith(".*") ? key.substring(0, key.length() - 2) : key).split("\\.", -1);
    return KEYS.stream().anyMatch(known -> begins(known, parts));
  }

  private static boolean begins(List<Pattern> known, String[] parts) {
    if (known.size() < parts.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!known.get(i).matcher(parts[i]).matches()) {
        return false;
      }
    }
    return true;
  }

  @Test
  void showsYamlThatCanBeReadWithKeysThatThereAre() {
    List<String> wrong = new ArrayList<>();
    for (Markdown document : DOCUMENTS) {
      for (Fence fence : document.fences()) {
        if (fence.language().equals("yaml") || fence.language().equals("yml")) {
          checkYaml(at(document, fence.line()), fence.text(), wrong);
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static void checkYaml(String place, String text, List<String> wrong) {
    try {
      for (Object read : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
        if (read instanceof Map<?, ?> map && map.containsKey("passgate")) {
          Map<String, Object> flat = new HashMap<>();
          flatten("passgate", map.get("passgate"), flat);
          flat.keySet().stream()
              .filter(key -> !isKeyOrSection(key))
              .forEach(key -> wrong.add(place + key));
        }
      }
    } catch (YAMLException e) {
      wrong.add(place + e.getMessage());
    }
  }

  private static void flatten(String key, @Nullable Object value, Map<String, Object> flat) {
    switch (value) {
      case Map<?, ?> map ->
          map.forEach((name, inner) -> flatten(key + "." + element(name), inner, flat));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(key + "[" + i + "]", list.get(i), flat);
        }
      }
      case null, default -> flat.put(key, key);
    }
  }

  /** A name in brackets may have dots. */
  private static String element(Object name) {
    return name.toString().replace("[", "").replace("]", "").replace('.', '_');
  }

  @Test
  void keepsLinesShort() {
    List<String> wrong = new ArrayList<>();
    for (Markdown document : DOCUMENTS) {
      if (LOGS.contains(String.valueOf(document.file().getFileName()))) {
        continue;
      }
      document
          .prose()
          .forEach(
              (number, line) -> {
                if (line.length() > WIDTH && !line.startsWith("|")) {
                  wrong.add(at(document, number) + line.length());
                }
              });
    }

    assertThat(wrong).isEmpty();
  }

  private static String at(Markdown document, int line) {
    return ProjectFiles.root().relativize(document.file()) + ":" + line + ": ";
  }
}
