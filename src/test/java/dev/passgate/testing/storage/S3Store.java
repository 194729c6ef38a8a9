package dev.passgate.testing.storage;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.artifact.LocalRepository;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * An S3 server (s3proxy) as a child process on loopback that checks signatures and keeps objects in
 * files.
 */
public final class S3Store implements AutoCloseable {

  public static final String KEY = "spoolkey";
  public static final String SECRET = "spoolsecret";

  private static final String ARTIFACT = "org.gaul:s3proxy:3.1.0:jar:jar-with-dependencies";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Path folder;
  private final int port;
  private final JavaProcess process;

  private S3Store(Path folder, int port, JavaProcess process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Starts one with these buckets, and waits until it listens. */
  public static S3Store start(String... buckets) {
    Path jar = LocalRepository.resolve(ARTIFACT);
    Path folder = TemporaryFolder.create("s3");
    int port = LoopbackPort.free();
    Path file = folder.resolve("s3proxy.properties");
    try {
      for (String bucket : buckets) {
        Files.createDirectories(folder.resolve("data").resolve(bucket));
      }
      Files.write(
          file,
          List.of(
              "s3proxy.endpoint=http://127.0.0.1:" + port,
              "s3proxy.authorization=aws-v4",
              "s3proxy.identity=" + KEY,
              "s3proxy.credential=" + SECRET,
              "s3proxy.ignore-unknown-headers=true",
              "jclouds.provider=filesystem-nio2",
              "jclouds.filesystem.basedir=" + folder.resolve("data")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    JavaProcess process =
        JavaProcess.named("s3proxy")
            .option("-Xmx256m")
            .option("-XX:TieredStopAtLevel=1")
            .main(jar.toString(), "org.gaul.s3proxy.Main", "--properties", file.toString())
            .start(folder);
    process.await("the S3 server", LIMIT, () -> listens(port));
    return new S3Store(folder, port, process);
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** How many objects are in a bucket now. */
  public long objects(String bucket) {
    try (Stream<Path> all = Files.walk(folder.resolve("data").resolve(bucket))) {
      return all.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + bucket, e);
    }
  }

  @Override
  public void close() {
    process.close();
    TemporaryFolder.delete(folder);
  }
}
