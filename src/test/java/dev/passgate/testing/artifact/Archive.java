package dev.passgate.testing.artifact;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacks archives, leaving out the one folder that all their entries are in. */
public final class Archive {

  private Archive() {}

  /** Unpacks by the ending of the name: {@code .zip} or {@code .tar.gz}. */
  public static void unpack(Path archive, Path folder) throws IOException {
    if (archive.toString().endsWith(".zip")) {
      unpackZip(archive, folder);
    } else {
      unpackTar(archive, folder);
    }
  }

  private static void unpackZip(Path archive, Path folder) throws IOException {
    try (var zip = new ZipInputStream(buffered(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          Files.copy(zip, place(folder, entry.getName()));
        }
      }
    }
  }

  private static void unpackTar(Path archive, Path folder) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    try (var tar = new TarArchiveInputStream(new GZIPInputStream(buffered(archive), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        Path file = place(folder, entry.getName());
        if (entry.isLink()) {
          Files.createLink(file, place(folder, entry.getLinkName()));
        } else if (entry.isSymbolicLink()) {
          throw new IOException(archive + " has a symbolic link, which it never had: " + file);
        } else {
          Files.copy(tar, file);
          if (posix && (entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }

  private static InputStream buffered(Path archive) throws IOException {
    return new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
  }

  private static Path place(Path folder, String name) throws IOException {
    Path file = folder.resolve(name.substring(name.indexOf('/') + 1)).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException("an entry leads out of the archive: " + name);
    }
    Files.createDirectories(file.getParent());
    return file;
  }
}
