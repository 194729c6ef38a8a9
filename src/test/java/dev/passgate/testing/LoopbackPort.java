package dev.passgate.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Random;

/** Ports for servers that cannot be told to choose one themselves. */
public final class LoopbackPort {

  private static final int LOWEST = 12_000;
  private static final int BELOW = 32_000;
  private static final int MAX_TRIES = 100;

  private static final Random RANDOM = new Random();

  private LoopbackPort() {}

  /**
   * A port that was free a moment ago, and that nobody gets by chance: it is none of those that
   * systems give to outgoing connections and to servers that ask for any port (from 32768 up on
   * Linux, from 49152 elsewhere).
   */
  public static int free() {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      int port = LOWEST + RANDOM.nextInt(BELOW - LOWEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + LOWEST + " to " + BELOW);
  }

  /** Whether nobody listens on a port, on any address of this machine. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
