package dev.passgate;

import dev.passgate.command.CommandLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/**
 * The gateway as a program: {@code java -jar passgate.jar} serves, and with the name of another
 * command first it does that instead: {@link CommandLine}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
// In each class below it Jackson's mixins are looked for. There are none, nor is that package.
@AutoConfigurationPackage(basePackages = "dev.passgate.mixin")
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
    CommandLine line = CommandLine.of(args);
    if (!line.serves()) {
      System.exit(
          line.run(
              PassgateApplication.class,
              System.in,
              stream(FileDescriptor.out),
              stream(FileDescriptor.err)));
    }
    SpringApplication.run(PassgateApplication.class, line.arguments());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
