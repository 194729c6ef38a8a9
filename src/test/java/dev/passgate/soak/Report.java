package dev.passgate.soak;

import dev.passgate.soak.Faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of a run: {@code soak.md}, {@code soak.json} and a plot, {@code soak.svg}.
 *
 * @param since when the traffic began, of {@link System#nanoTime()}
 * @param atEnd what the figures were when all clients had gone
 */
record Report(
    long since,
    List<Sample> samples,
    Map<Figure, Growth> growth,
    Map<Figure, Double> atEnd,
    Ledger ledger,
    Faults faults,
    Map<String, Integer> warnings) {

  private static final int ROWS = 16;
  private static final int WIDTH = 760;
  private static final int PLOT_WIDTH = 600;
  private static final int PLOT_HEIGHT = 70;
  private static final int LEFT = 60;

  void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("soak.md"), markdown());
    Files.writeString(folder.resolve("soak.json"), json());
    Files.writeString(folder.resolve("soak.svg"), svg());
  }

  private double seconds() {
    return samples.isEmpty() ? 0 : samples.getLast().second();
  }

  private String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%.1f minutes, %,d exchanges.%n%n| exchanges | right | explained by a fault | wrong"
                + " |%n| --- | ---: | ---: | ---: |%n",
            seconds() / 60,
            ledger.total()));
    ledger
        .counts()
        .forEach(
            (kind, of) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %,d | %,d | %,d |%n",
                        kind,
                        of.right,
                        of.explained,
                        of.wrong)));
    text.append(String.format(Locale.ROOT, "%n| fault | times |%n| --- | ---: |%n"));
    faults
        .counts()
        .forEach(
            (fault, times) ->
                text.append(String.format(Locale.ROOT, "| %s | %d |%n", fault.words(), times)));
    text.append(
        String.format(
            Locale.ROOT,
            "%n| figure | second quarter | last quarter | limit | clients gone |%n| --- | ---: |"
                + " ---: | ---: | ---: |%n"));
    for (Figure figure : Figure.values()) {
      Growth of = growth.get(figure);
      Double end = atEnd.get(figure);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s |%n",
              name(figure),
              of == null ? "" : number(of.second()),
              of == null ? "" : number(of.last()),
              of == null || !figure.isJudged() ? "" : number(of.limit()),
              end == null ? "" : number(end)));
    }
    text.append(String.format(Locale.ROOT, "%n| minute | exchanges |"));
    for (Figure figure : Figure.values()) {
      text.append(String.format(Locale.ROOT, " %s |", name(figure)));
    }
    text.append(
        String.format(
            Locale.ROOT, "%n| ---: | ---: |%s%n", " ---: |".repeat(Figure.values().length)));
    for (Sample sample : some()) {
      text.append(
          String.format(Locale.ROOT, "| %.1f | %,d |", sample.second() / 60, sample.exchanges()));
      for (Figure figure : Figure.values()) {
        text.append(String.format(Locale.ROOT, " %s |", number(value(sample, figure))));
      }
      text.append('\n');
    }
    lines(text, "What was told where a fault was the reason", ledger.explanations());
    lines(text, "Warnings of the gateway", warnings);
    if (!ledger.wrong().isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT, "%nWrong:%n%n```%n%s```%n", String.join("\n", ledger.wrong())));
    }
    return text.toString();
  }

  private static void lines(StringBuilder text, String title, Map<String, Integer> counts) {
    text.append(String.format(Locale.ROOT, "%n%s:%n%n", title));
    counts.forEach(
        (line, times) -> text.append(String.format(Locale.ROOT, "- %d times: %s%n", times, line)));
  }

  private List<Sample> some() {
    List<Sample> some = new ArrayList<>();
    int step = Math.max(1, (samples.size() + ROWS - 1) / ROWS);
    for (int i = 0; i < samples.size(); i += step) {
      some.add(samples.get(i));
    }
    return some;
  }

  private static double value(Sample sample, Figure figure) {
    return sample.figures().getOrDefault(figure, Double.NaN);
  }

  private static String name(Figure figure) {
    return figure.words() + (figure.unit().isEmpty() ? "" : ", " + figure.unit());
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("seconds", seconds());
    Map<String, Object> exchanges = new LinkedHashMap<>();
    ledger
        .counts()
        .forEach(
            (kind, of) ->
                exchanges.put(
                    kind, Map.of("right", of.right, "explained", of.explained, "wrong", of.wrong)));
    all.put("exchanges", exchanges);
    Map<String, Object> times = new LinkedHashMap<>();
    for (Fault fault : Fault.values()) {
      times.put(fault.words(), faults.spans(fault, since));
    }
    all.put("faults", times);
    Map<String, Object> ends = new LinkedHashMap<>();
    atEnd.forEach((figure, value) -> ends.put(figure.words(), value));
    all.put("clients gone", ends);
    Map<String, Object> over = new LinkedHashMap<>();
    over.put("second", samples.stream().map(Sample::second).toList());
    over.put("exchanges", samples.stream().map(Sample::exchanges).toList());
    for (Figure figure : Figure.values()) {
      over.put(name(figure), samples.stream().map(sample -> value(sample, figure)).toList());
    }
    all.put("samples", over);
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(all)
        .concat("\n");
  }

  /** One plot a figure, below each other, with the coordinator's restarts behind them. */
  private String svg() {
    StringBuilder svg = new StringBuilder();
    int height = Figure.values().length * (PLOT_HEIGHT + 40) + 20;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"11\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH,
            height));
    int top = 20;
    for (Figure figure : Figure.values()) {
      plot(svg, figure, top);
      top += PLOT_HEIGHT + 40;
    }
    return svg.append("</svg>\n").toString();
  }

  private void plot(StringBuilder svg, Figure figure, int top) {
    double most =
        samples.stream()
            .mapToDouble(sample -> value(sample, figure))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double scale = most <= 0 ? 1 : most * 1.1;
    double end = Math.max(1, seconds());
    svg.append(
        String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>%n", LEFT, top, name(figure)));
    for (double[] span : faults.spans(Fault.COORDINATOR_RESTART, since)) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f3d9c9\"/>%n",
              LEFT + span[0] / end * PLOT_WIDTH,
              top + 6,
              Math.max(0, Math.min(span[1], end) - span[0]) / end * PLOT_WIDTH,
              PLOT_HEIGHT));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>%n",
            LEFT,
            top + 6,
            PLOT_WIDTH,
            PLOT_HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            LEFT - 4,
            top + 16,
            number(Math.rint(scale * 10) / 10)));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>%n",
            LEFT - 4,
            top + 6 + PLOT_HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f min</text>%n",
            LEFT + PLOT_WIDTH,
            top + 18 + PLOT_HEIGHT,
            end / 60));
    svg.append("<polyline fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.3\" points=\"");
    for (Sample sample : samples) {
      double value = value(sample, figure);
      if (Double.isFinite(value)) {
        svg.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                LEFT + sample.second() / end * PLOT_WIDTH,
                top + 6 + PLOT_HEIGHT - value / scale * PLOT_HEIGHT));
      }
    }
    svg.append("\"/>\n");
  }
}
