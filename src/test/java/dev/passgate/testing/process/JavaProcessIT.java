package dev.passgate.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JavaProcessIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder = TemporaryFolder.create("process");

  @AfterEach
  void delete() {
    TemporaryFolder.delete(folder);
  }

  @Test
  void endsAChildWhoseParentIsKilled() throws Exception {
    Path pid = folder.resolve("grandchild");
    try (JavaProcess parent =
        JavaProcess.named("parent")
            .main(System.getProperty("java.class.path"), Parent.class.getName(), pid.toString())
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

  /** Starts a child that would live for ever, and lives for ever itself. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws Exception {
      Path pid = Path.of(args[0]);
      Path folder = Files.createDirectory(pid.resolveSibling("child"));
      JavaProcess child =
          JavaProcess.named("child")
              .main(System.getProperty("java.class.path"), Sleeper.class.getName())
              .start(folder);
      Path ready = pid.resolveSibling("ready");
      Files.writeString(ready, String.valueOf(child.pid()));
      Files.move(ready, pid);
      Thread.currentThread().join();
    }
  }

  /** Lives for ever. */
  static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws Exception {
      Thread.currentThread().join();
    }
  }
}
