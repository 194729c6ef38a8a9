package dev.passgate.soak;

import dev.passgate.soak.Faults.Fault;
import dev.passgate.soak.Faults.UnderWay;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.RestartableTrino;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/** The faults of a run, one after the other, again and again. Each is seen to take effect. */
final class FaultPlan {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration DOWN = Duration.ofSeconds(3);
  private static final Duration WITHOUT_KEYS = Duration.ofSeconds(8);

  private final Site site;
  private final Faults faults;
  private final RestartableTrino trino;
  private final Leavers leavers;
  private final ServerCertificates certificates;
  private final LocalIssuer newcomer;
  private final Path folder;
  private final Duration between;
  private int round;

  /**
   * @param trino the coordinator of the cluster {@link SoakIT#RESTARTED}
   * @param newcomer an issuer that the gateway does not trust at the start
   * @param folder of the password file and the deny list
   * @param between the time that the gateway gets between two faults
   */
  FaultPlan(
      Site site,
      Faults faults,
      RestartableTrino trino,
      Leavers leavers,
      ServerCertificates certificates,
      LocalIssuer newcomer,
      Path folder,
      Duration between) {
    this.site = site;
    this.faults = faults;
    this.trino = trino;
    this.leavers = leavers;
    this.certificates = certificates;
    this.newcomer = newcomer;
    this.folder = folder;
    this.between = between;
  }

  /** Writes the files as they are at the start. */
  static void writeFiles(Path folder) throws IOException {
    replace(passwords(folder), Site.PASSWORD_USER + ":" + Site.PASSWORD_HASH + "\n");
    replace(denyList(folder), "{\"sub\":[\"" + Strangers.DENIED + "\"]}");
  }

  static Path passwords(Path folder) {
    return folder.resolve("passwords");
  }

  static Path denyList(Path folder) {
    return folder.resolve("deny.json");
  }

  private static void replace(Path file, String content) throws IOException {
    Path made = file.resolveSibling(file.getFileName() + ".made");
    Files.writeString(made, content);
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Has each fault happen once. */
  void run() throws Exception {
    round++;
    rotateKey(site.issuers().getFirst());
    site.pause(between);
    changePasswords();
    site.pause(between);
    restartCoordinator();
    site.pause(between);
    changeDenyList();
    site.pause(between);
    changeConfiguration();
    site.pause(between);
    takeKeysAway(site.issuers().getLast());
    site.pause(between);
    leaveAllAtOnce();
    site.pause(between);
    renewCertificate();
    site.pause(between);
    rotateKey(site.issuers().getLast());
    site.pause(between);
  }

  private void rotateKey(LocalIssuer issuer) {
    try (UnderWay _ = faults.begin(Fault.KEY_ROTATION, issuer.name())) {
      // What was signed by the one before has ended by now.
      issuer.withdrawOlderKeys();
      issuer.rotateKey();
      String token = issuer.token("alice").build();
      Poll.until("the new key to count", LIMIT, () -> status("Bearer " + token) == 200);
    }
  }

  private void restartCoordinator() {
    try (UnderWay _ = faults.begin(Fault.COORDINATOR_RESTART, SoakIT.RESTARTED)) {
      trino.kill();
      site.pause(DOWN);
      trino.start();
      Poll.until("all clusters to be up", LIMIT, () -> up() == 2);
    }
  }

  private double up() throws IOException, InterruptedException {
    return site.gateway().gauge("passgate_cluster_up{");
  }

  private void changePasswords() throws IOException {
    try (UnderWay _ = faults.begin(Fault.PASSWORD_FILE, "round " + round)) {
      String user = Site.PASSWORD_USER + ":" + Site.PASSWORD_HASH + "\n";
      String guest = Site.basic("guest" + round, Site.PASSWORD);
      replace(passwords(folder), user + "guest" + round + ":" + Site.PASSWORD_HASH + "\n");
      Poll.until("the new user", LIMIT, () -> status(guest) == 200);
      replace(passwords(folder), user);
      Poll.until("the new user to be gone", LIMIT, () -> status(guest) == 401);
    }
  }

  private void changeDenyList() throws IOException {
    try (UnderWay _ = faults.begin(Fault.DENY_LIST, "round " + round)) {
      String token = "Bearer " + site.token(0, "leaver" + round).build();
      Poll.until("the user to be let in", LIMIT, () -> status(token) == 200);
      replace(denyList(folder), "{\"sub\":[\"" + Strangers.DENIED + "\",\"leaver" + round + "\"]}");
      Poll.until("the user to be refused", LIMIT, () -> status(token) == 401);
      replace(denyList(folder), "{\"sub\":[\"" + Strangers.DENIED + "\"]}");
      Poll.until("the user to be let in again", LIMIT, () -> status(token) == 200);
    }
  }

  /** Trusts another issuer for a while; nobody else may notice. */
  private void changeConfiguration() throws IOException {
    try (UnderWay _ = faults.begin(Fault.CONFIGURATION, "round " + round)) {
      String prefix = "passgate.issuers." + newcomer.name() + ".";
      String token = "Bearer " + newcomer.token("guest").build();
      site.gateway()
          .configure(
              Map.of(
                  prefix + "issuer-uri",
                  newcomer.issuerUri(),
                  prefix + "audiences",
                  Gateway.AUDIENCE,
                  prefix + "user.prefix",
                  newcomer.name() + "-"));
      Poll.until("the new issuer to be trusted", LIMIT, () -> status(token) == 200);
      site.gateway().configure(Map.of());
      Poll.until("the new issuer to be gone", LIMIT, () -> status(token) == 401);
    }
  }

  /** Nobody may notice: the keys that are known are trusted on. */
  private void takeKeysAway(LocalIssuer issuer) {
    try (UnderWay _ = faults.begin(Fault.ISSUER_DOWN, issuer.name())) {
      int asked = asked(issuer);
      issuer.fail(Endpoint.DISCOVERY, new dev.passgate.testing.issuer.Fault.Disconnect());
      issuer.fail(
          Endpoint.JWKS,
          round % 2 == 0
              ? new dev.passgate.testing.issuer.Fault.Hang()
              : new dev.passgate.testing.issuer.Fault.Status(503));
      site.pause(WITHOUT_KEYS);
      Poll.until("the keys to be asked for in vain", LIMIT, () -> asked(issuer) > asked);
    } finally {
      issuer.heal();
    }
  }

  private static int asked(LocalIssuer issuer) {
    return issuer.requests(Endpoint.DISCOVERY) + issuer.requests(Endpoint.JWKS);
  }

  /** A connection that is open keeps the certificate that it began with. */
  private void renewCertificate() throws Exception {
    try (UnderWay _ = faults.begin(Fault.CERTIFICATE, "round " + round)) {
      BigInteger serial = certificates.renew();
      int port = site.gateway().tlsUri().getPort();
      Poll.until("the new certificate", LIMIT, () -> certificates.shownBy(port).equals(serial));
    }
  }

  private void leaveAllAtOnce() {
    try (UnderWay _ = faults.begin(Fault.CLIENTS_LEAVE, "round " + round)) {
      leavers.crowd();
    }
  }

  private int status(String authorization) throws IOException, InterruptedException {
    return site.client()
        .send(
            Pages.request(site.at("/api/validate"), Map.of("Authorization", authorization)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
