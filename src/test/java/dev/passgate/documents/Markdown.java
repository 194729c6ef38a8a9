package dev.passgate.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document, as far as the tests look at it.
 *
 * @param file where it is
 * @param prose its lines by their number, from 1 on, without what is fenced
 * @param fences what is fenced
 */
record Markdown(Path file, Map<Integer, String> prose, List<Fence> fences) {

  /**
   * A fenced block.
   *
   * @param line where it begins
   * @param language empty where none is named
   * @param text what is in it
   */
  record Fence(int line, String language, String text) {}

  private static final Pattern MARK = Pattern.compile("\\s*```+\\s*(\\S*).*");
  private static final Pattern LINK = Pattern.compile("]\\(<?([^()\\s>]+)>?\\)");
  private static final Pattern CODE = Pattern.compile("(`+)(.+?)\\1");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*");
  private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

  static Markdown read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Map<Integer, String> prose = new HashMap<>();
    List<Fence> fences = new ArrayList<>();
    List<String> fenced = new ArrayList<>();
    int begin = 0;
    String language = "";
    for (int i = 1; i <= lines.size(); i++) {
      String line = lines.get(i - 1);
      Matcher mark = MARK.matcher(line);
      if (!mark.matches()) {
        if (begin == 0) {
          prose.put(i, line);
        } else {
          fenced.add(line);
        }
      } else if (begin == 0) {
        begin = i;
        language = mark.group(1);
      } else {
        fences.add(new Fence(begin, language, String.join("\n", fenced).stripIndent()));
        fenced.clear();
        begin = 0;
      }
    }
    if (begin != 0) {
      throw new IllegalStateException(file + ":" + begin + ": a fence without an end");
    }
    return new Markdown(file, prose, List.copyOf(fences));
  }

  /** Where its links lead, by the number of the line. */
  List<Map.Entry<Integer, String>> links() {
    List<Map.Entry<Integer, String>> links = new ArrayList<>();
    prose.forEach(
        (number, line) ->
            LINK.matcher(CODE.matcher(line).replaceAll("code"))
                .results()
                .forEach(link -> links.add(Map.entry(number, link.group(1)))));
    return links;
  }

  /** What stands in backticks in a line. */
  static List<String> code(String line) {
    return CODE.matcher(line).results().map((MatchResult code) -> code.group(2)).toList();
  }

  /** The anchors of its headings, as GitHub makes them. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    prose.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            line -> {
              Matcher heading = HEADING.matcher(line.getValue());
              if (heading.matches()) {
                String anchor = anchor(heading.group(1));
                String numbered = anchor;
                for (int i = 1; !anchors.add(numbered); i++) {
                  numbered = anchor + "-" + i;
                }
              }
            });
    return anchors;
  }

  private static String anchor(String heading) {
    return NOT_IN_ANCHORS
        .matcher(heading.toLowerCase(Locale.ROOT))
        .replaceAll("")
        .replace(' ', '-');
  }
}
