package dev.passgate.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@BesideOthers
final class JavaProcessIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  // As source, because a second class with a main method among the tests would leave
  // spring-boot:test-run in doubt which one is the quick start.
  private static final String SLEEPER =
      """
      void main() throws Exception {
        Thread.currentThread().join();
      }
      """;
  private static final String PARENT =
      """
      import dev.passgate.testing.process.JavaProcess;
      import java.nio.file.Files;
      import java.nio.file.Path;

      void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path child = Files.createDirectory(folder.resolve("child"));
        JavaProcess process =
            JavaProcess.named("child").main("", folder.resolve("Sleeper.java").toString()).start(child);
        Path unnamed = Files.writeString(folder.resolve("unnamed"), "" + process.pid());
        Files.move(unnamed, folder.resolve("grandchild"));
        Thread.currentThread().join();
      }
      """;

  private final Path folder = TemporaryFolder.create("process");

  @AfterEach
  void delete() {
    TemporaryFolder.delete(folder);
  }

  @Test
  void endsAChildWhoseParentIsKilled() throws Exception {
    Path pid = folder.resolve("grandchild");
    Files.writeString(folder.resolve("Sleeper.java"), SLEEPER);
    String program = Files.writeString(folder.resolve("Parent.java"), PARENT).toString();
    try (JavaProcess parent =
        JavaProcess.named("parent")
            .main(System.getProperty("java.class.path"), program, folder.toString())
            .start(folder)) {
      parent.await("the grandchild's number", LIMIT, () -> Files.exists(pid));
      ProcessHandle grandchild =
          ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();
      assertThat(grandchild.isAlive()).isTrue();

      Optional<ProcessHandle> handle = ProcessHandle.of(parent.pid());
      handle.ifPresent(ProcessHandle::destroyForcibly);

      Poll.until("the grandchild to end", LIMIT, () -> !grandchild.isAlive());
    }
  }

  @Test
  void tellsTheEndOfTheLogOfAProgramThatFails() {
    try (JavaProcess process =
        JavaProcess.named("failing").main(folder.toString(), "no.such.Main").start(folder)) {
      assertThat(process.awaitEnd(LIMIT)).isEqualTo(1);
      assertThat(process.tail()).contains("no.such.Main");
    }
  }
}
