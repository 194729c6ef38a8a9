package dev.passgate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.TestPassgateApplication;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.loader.tools.MainClassFinder;

/** The quick start is {@code spring-boot:test-run}, which has to find the one class to start. */
class TestRunTest {

  @Test
  void startsTheQuickStart() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            TestPassgateApplication.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

    assertThat(
            MainClassFinder.findSingleMainClass(
                classes.toFile(), SpringBootApplication.class.getName()))
        .isEqualTo(TestPassgateApplication.class.getName());
  }
}
