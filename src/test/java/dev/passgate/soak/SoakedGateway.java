package dev.passgate.soak;

import dev.passgate.PassgateApplication;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The gateway in a JVM of its own, with the options that ship, as if the machine had the 256 MB
 * that they are made for. Its configuration is a file.
 */
final class SoakedGateway implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String NAME = "gateway";
  private static final double MB = 1 << 20;

  /** A generation of the heap, as {@code GC.heap_info} tells it. */
  private static final Pattern USED = Pattern.compile(" total .*, used (\\d+)K ");

  private static final Pattern TOTAL =
      Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");
  private static final Pattern HEAP =
      Pattern.compile("Java Heap \\(reserved=\\d+KB, committed=(\\d+)KB");

  private final JavaProcess process;
  private final Path folder;
  private final Properties settings;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final int tlsPort;
  private final int managementPort;

  private SoakedGateway(
      JavaProcess process,
      Path folder,
      Properties settings,
      int port,
      int tlsPort,
      int managementPort) {
    this.process = process;
    this.folder = folder;
    this.settings = settings;
    this.port = port;
    this.tlsPort = tlsPort;
    this.managementPort = managementPort;
  }

  static SoakedGateway start(Map<String, Object> settings) throws IOException {
    int port = LoopbackPort.free();
    int tlsPort = LoopbackPort.free();
    int managementPort = LoopbackPort.free();
    Path folder = TemporaryFolder.create("soak");
    Properties properties = new Properties();
    settings.forEach((key, value) -> properties.setProperty(key, value.toString()));
    properties.remove("spring.config.location");
    properties.setProperty("server.port", Integer.toString(port));
    properties.setProperty("passgate.tls.port", Integer.toString(tlsPort));
    properties.setProperty("management.server.port", Integer.toString(managementPort));
    write(properties, folder);
    JavaProcess.Builder program = JavaProcess.named(NAME);
    shippedOptions().forEach(program::option);
    program
        .option("-XX:MaxRAM=256m")
        .option("-XX:NativeMemoryTracking=summary")
        .option("-Dio.netty.leakDetection.level=paranoid")
        .main(
            System.getProperty("java.class.path"),
            PassgateApplication.class.getName(),
            "--spring.config.location=classpath:/,file:" + folder + "/");
    SoakedGateway gateway =
        new SoakedGateway(program.start(folder), folder, properties, port, tlsPort, managementPort);
    gateway.process.await("the gateway to start", LIMIT, gateway::isReady);
    return gateway;
  }

  private static void write(Properties properties, Path folder) throws IOException {
    Path made = folder.resolve("made");
    try (OutputStream out = Files.newOutputStream(made)) {
      properties.store(out, null);
    }
    Files.move(
        made,
        folder.resolve("application.properties"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Has its configuration file be the one of the start, with some keys more. */
  void configure(Map<String, String> more) throws IOException {
    Properties changed = new Properties();
    changed.putAll(settings);
    changed.putAll(more);
    write(changed, folder);
  }

  private static List<String> shippedOptions() throws IOException {
    return Files.readAllLines(ProjectFiles.resolve("src/main/dist/lib/jvm.options")).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  private boolean isReady() throws IOException, InterruptedException {
    return get("/actuator/health/readiness").statusCode() == 200;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI tlsUri() {
    return URI.create("https://localhost:" + tlsPort);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String tail() {
    return process.tail();
  }

  /** Collects garbage, and measures then. */
  Map<Figure, Double> measure() throws IOException, InterruptedException {
    Path commands = folder.resolve("commands");
    Files.writeString(commands, "GC.run\nGC.heap_info\nVM.native_memory summary\n");
    String memory = jcmd("-f", commands.toString());
    List<String> metrics =
        get("/actuator/prometheus").body().lines().filter(line -> !line.startsWith("#")).toList();
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.LIVE_HEAP, liveHeap(memory));
    figures.put(Figure.BUFFERS, sum(metrics, "passgate_buffers_bytes ") / MB);
    figures.put(
        Figure.METASPACE,
        sum(metrics, "jvm_memory_used_bytes{area=\"nonheap\",id=\"Metaspace\"") / MB);
    figures.put(Figure.NATIVE_TOTAL, (kilobytes(TOTAL, memory) - kilobytes(HEAP, memory)) / 1024);
    figures.put(Figure.RESIDENT, resident());
    figures.put(Figure.THREADS, sum(metrics, "jvm_threads_live_threads"));
    figures.put(Figure.DESCRIPTORS, (double) descriptors());
    figures.put(Figure.CONNECTIONS, sum(metrics, "passgate_connections "));
    figures.put(Figure.QUERIES, sum(metrics, "passgate_queries_running{"));
    figures.put(Figure.SERIES, (double) metrics.size());
    return figures;
  }

  /** As it was right after the collection; rows under way leave some more with each moment. */
  private static double liveHeap(String memory) {
    return USED.matcher(memory)
            .results()
            .mapToDouble(found -> Double.parseDouble(found.group(1)))
            .sum()
        / 1024;
  }

  /** A gauge, over all its labels, as it is now. */
  double gauge(String name) throws IOException, InterruptedException {
    return sum(get("/actuator/prometheus").body().lines().toList(), name);
  }

  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return open.count();
    }
  }

  private double resident() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .sum();
  }

  private static double sum(List<String> metrics, String prefix) {
    return metrics.stream()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static double kilobytes(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }

  private String jcmd(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add("-J-XX:TieredStopAtLevel=1");
    command.add(Long.toString(process.pid()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("jcmd");
    Process jcmd =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!jcmd.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
      throw new IOException("jcmd failed: " + Files.readString(output));
    }
    return Files.readString(output);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Whether Netty tells of a buffer that nobody released. */
  static boolean isLeak(String line) {
    return line.contains("LEAK:");
  }

  /** A line of the log, of level ERROR. */
  static boolean isError(String line) {
    return line.matches("\\S+ ERROR \\[.*") || line.contains("OutOfMemory");
  }

  /** The lines of its log that are so. */
  List<String> log(Predicate<String> wanted) throws IOException {
    try (Stream<String> lines =
        Files.lines(folder.resolve(NAME + ".log"), StandardCharsets.ISO_8859_1)) {
      return lines.filter(wanted).limit(200).toList();
    }
  }

  /** Warnings of its log by logger and text, without what differs, and how often each is there. */
  Map<String, Integer> warnings() throws IOException {
    Map<String, Integer> warnings = new TreeMap<>();
    log(line -> line.matches("\\S+  WARN \\[.*"))
        .forEach(
            line ->
                warnings.merge(
                    line.replaceFirst("^.*?\\] ", "")
                        .replaceAll("\\s+", " ")
                        .replaceAll("\\d{2,}", "N")
                        .toLowerCase(Locale.ROOT),
                    1,
                    Integer::sum));
    return warnings;
  }

  /** Keeps its log beside a report. */
  void copyLog(Path target) throws IOException {
    Files.copy(folder.resolve(NAME + ".log"), target, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    process.close();
    client.close();
    TemporaryFolder.delete(folder);
  }
}
