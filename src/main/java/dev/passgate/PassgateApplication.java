package dev.passgate;

import dev.passgate.command.ExplainToken;
import dev.passgate.training.Training;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/**
 * The gateway as a program: {@code java -jar passgate.jar} serves, and with {@code explain-token}
 * first it explains a token instead, with {@code train} it makes the JVM's AOT cache.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan(
    // Only these are opened, which is a tenth of what the start would take otherwise.
    resourcePattern = "**/*Configuration.class",
    excludeFilters = {
      @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
      // What is for the management listener is found by that alone, and never served to clients.
      @Filter(ManagementContextConfiguration.class)
    })
public class PassgateApplication {

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals(ExplainToken.NAME)) {
      ExplainToken command =
          new ExplainToken(
              PassgateApplication.class,
              System.in,
              stream(FileDescriptor.out),
              stream(FileDescriptor.err));
      System.exit(command.run(List.of(args).subList(1, args.length)).code());
    }
    if (args.length > 0 && args[0].equals(Training.NAME)) {
      Training command = new Training(stream(FileDescriptor.out), stream(FileDescriptor.err));
      System.exit(command.run(List.of(args).subList(1, args.length)));
    }
    SpringApplication.run(PassgateApplication.class, args);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
