package dev.passgate.testing.process;

import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * A Java program as a child process, on the JDK that runs this one. It ends when it is closed, when
 * this JVM ends, and when this JVM is killed.
 */
public final class JavaProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 40;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private JavaProcess(String name, Process process, Path folder, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook =
        new Thread(
            () -> {
              end(process);
              TemporaryFolder.delete(folder);
            },
            "end-" + name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A program to start; the name is for messages. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end, and tells the exit status. */
  public int awaitEnd(Duration limit) {
    Poll.until(name + " to end", limit, () -> !process.isAlive(), this::tail);
    return process.exitValue();
  }

  /** Waits for an answer from the program; its early death ends the wait. */
  public void await(String what, Duration limit, Callable<Boolean> question) {
    Poll.until(
        what,
        limit,
        () -> {
          if (!process.isAlive()) {
            throw new Poll.GivenUp(
                name + " ended with status " + process.exitValue() + "; " + tail());
          }
          return question.call();
        },
        this::tail);
  }

  /** Asks it to end, as {@code kill} does, and leaves its standard input open. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** What the program wrote. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("the log of " + name + " cannot be read", e);
    }
  }

  /** The last lines of what the program wrote. */
  public String tail() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
      return "the end of "
          + name
          + "'s log:\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "its log cannot be read: " + e;
    }
  }

  /** Ends it at once, as {@code kill -9} does, and gives the program no time for anything. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(GRACE);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is ending, and the hook with it
    }
    end(process);
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** What to start. */
  public static final class Builder {
    private final String name;
    private final List<String> options = new ArrayList<>();
    private final List<String> program = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Builder(String name) {
      this.name = name;
    }

    public Builder option(String option) {
      options.add(option);
      return this;
    }

    public Builder systemProperty(String key, String value) {
      return option("-D" + key + "=" + value);
    }

    public Builder environment(String key, String value) {
      environment.put(key, value);
      return this;
    }

    public Builder main(String classPath, String mainClass, String... arguments) {
      program.addAll(List.of("-cp", classPath, mainClass));
      program.addAll(List.of(arguments));
      return this;
    }

    /**
     * Starts it in a folder, where it also gets a log and a folder for temporary files: native
     * libraries that it unpacks go away with the rest. If it still runs when this JVM ends, the
     * folder is deleted after it.
     */
    public JavaProcess start(Path folder) {
      Path log = folder.resolve(name + ".log");
      try {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("-javaagent:" + agent(folder));
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
        command.addAll(options);
        command.addAll(program);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new JavaProcess(name, process, folder, log);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start " + name, e);
      }
    }

    private static Path agent(Path folder) throws IOException {
      Path jar = folder.resolve("die-with-parent.jar");
      String entry = DieWithParent.class.getName().replace('.', '/') + ".class";
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().putValue("Premain-Class", DieWithParent.class.getName());
      try (InputStream code = DieWithParent.class.getResourceAsStream("/" + entry);
          JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
        if (code == null) {
          throw new IOException("no " + entry + " on the class path");
        }
        out.putNextEntry(new ZipEntry(entry));
        code.transferTo(out);
      }
      return jar;
    }
  }
}
