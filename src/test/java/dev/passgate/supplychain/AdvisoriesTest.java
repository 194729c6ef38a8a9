package dev.passgate.supplychain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Known vulnerabilities of what the jar is made of, where the data of OSV is at hand. */
class AdvisoriesTest {

  private static final String OLD_NETTY =
      """
      {"id": "GHSA-test", "aliases": ["CVE-2026-89044"], "summary": "Request smuggling",
       "affected": [{"package": {"ecosystem": "Maven", "name": "io.netty:netty-codec-http"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "4.2.0.Final"}, {"fixed": "4.2.18.Final"}]}]}]}
      """;

  @TempDir Path folder;

  private static Bom netty(String version) {
    return new Bom(
        List.of(
            new Bom.Component(
                "io.netty",
                "netty-codec-http",
                version,
                "pkg:maven/io.netty/netty-codec-http@" + version,
                Set.of("Apache-2.0"))));
  }

  @Test
  void findsALibraryOfAVersionThatIsAffected() throws IOException {
    Files.writeString(folder.resolve("GHSA-test.json"), OLD_NETTY);
    Files.writeString(folder.resolve("README"), "no advisory");
    Advisories.Result old = Advisories.against(netty("4.2.17.Final"), folder);
    assertThat(old.advisories()).isEqualTo(1);
    assertThat(old.findings())
        .singleElement()
        .hasToString(
            "pkg:maven/io.netty/netty-codec-http@4.2.17.Final: GHSA-test [CVE-2026-89044] Request smuggling");
    assertThat(Advisories.against(netty("4.2.18.Final"), folder).findings()).isEmpty();
  }

  @Test
  void readsAnExportAsItIsDownloaded() throws IOException {
    Path zip = folder.resolve("all.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("GHSA-test.json"));
      out.write(OLD_NETTY.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(Advisories.against(netty("4.2.1.Final"), zip).findings()).hasSize(1);
  }

  @Test
  void nothingIsKnownAgainstThisBuildThatNobodyHasLookedAt() throws IOException {
    String source = System.getProperty("passgate.osv", "");
    assumeTrue(!source.isEmpty(), "the system property passgate.osv names no export of OSV");
    Advisories.Result result = Advisories.against(Bom.ofThisBuild(), Path.of(source));
    assertThat(result.advisories()).as("advisories in " + source).isPositive();
    List<String> accepted = accepted();
    assertThat(result.findings())
        .as("found among %d advisories", result.advisories())
        .allMatch(finding -> accepted.stream().anyMatch(finding.advisory()::isCalled));
  }

  /** An id and a reason a line, such as why no code of the jar comes there. */
  private static List<String> accepted() throws IOException {
    return Files.readAllLines(
            ProjectFiles.resolve("src/test/resources/supplychain/accepted-advisories.txt"))
        .stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .peek(line -> assertThat(line).as("an id and a reason").matches("\\S+ .*\\S"))
        .map(line -> line.replaceFirst(" .*", ""))
        .toList();
  }
}
