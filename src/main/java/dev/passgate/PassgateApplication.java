package dev.passgate;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The gateway as a program: {@code java -jar passgate.jar}. */
@SpringBootApplication
public class PassgateApplication {

  public static void main(String[] args) {
    SpringApplication.run(PassgateApplication.class, args);
  }
}
