package dev.passgate;

import dev.passgate.quickstart.QuickStart;
import dev.passgate.quickstart.QuickStartException;
import dev.passgate.testing.Console;
import org.springframework.boot.SpringApplication;

/**
 * The quick start, {@code ./mvnw spring-boot:test-run}: a Trino, two issuers, the gateway in front
 * of them, and commands to try it with.
 */
public final class TestPassgateApplication {

  private TestPassgateApplication() {}

  public static void main(String[] args) {
    QuickStart quickStart;
    try {
      quickStart = QuickStart.start(args);
    } catch (QuickStartException e) {
      Console.say(String.valueOf(e.getMessage()));
      System.exit(1);
      return;
    }
    // Above the environment and application.yml, below the arguments, which a person gives last.
    quickStart.properties().forEach(System::setProperty);
    SpringApplication.from(PassgateApplication::main).run(args);
    quickStart.printCommands();
  }
}
