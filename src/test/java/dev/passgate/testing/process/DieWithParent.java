package dev.passgate.testing.process;

import java.io.IOException;
import java.io.InputStream;

/**
 * A Java agent that ends its JVM when standard input ends: the other end is held by the process
 * that started it, and the system closes it however that process dies, {@code kill -9} included.
 * Stands alone: it is loaded into foreign programs.
 */
public final class DieWithParent {

  private DieWithParent() {}

  public static void premain(String arguments) {
    InputStream in = System.in;
    Thread watch = new Thread(() -> endWith(in), "die-with-parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static void endWith(InputStream in) {
    try {
      while (in.read() >= 0) {
        // nothing is ever said
      }
    } catch (IOException e) {
      // as good as the end
    }
    Runtime.getRuntime().halt(143);
  }
}
