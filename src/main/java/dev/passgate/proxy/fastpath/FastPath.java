package dev.passgate.proxy.fastpath;

import dev.passgate.affinity.Binding;
import dev.passgate.affinity.Owner;
import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.failure.FailureMapping;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import dev.passgate.gate.Gate;
import dev.passgate.identity.Identity;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.listener.RequestForm;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.proxy.NettyViews;
import dev.passgate.proxy.PollLogs;
import dev.passgate.proxy.PollMessages;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are served without the filters: polls on a connection that has nothing else to do,
 * in the form that Trino's clients give them, with a signature that is right and a credential that
 * was verified a moment ago, by its owner. All others are for the filters, which also say what is
 * wrong with them. Thread-safe.
 */
final class FastPath {

  private static final String QUEUED = "/v1/statement/queued/";
  private static final String EXECUTING = "/v1/statement/executing/";

  private final Gate gate;
  private final SignedUris signed;
  private final ExternalAddress address;
  private final PollClusters clusters;
  private final PollMessages messages;
  private final ClusterStates states;
  private final RequestMetrics metrics;
  private final FailureMapping failures;
  private final PollLogs logs;
  private final AtomicInteger running = new AtomicInteger();
  private final LongAdder answered = new LongAdder();

  /** The id of the route that polls would go by; null where its filters are needed. */
  private volatile @Nullable String route;

  FastPath(
      Gate gate,
      SignedUris signed,
      ExternalAddress address,
      PollClusters clusters,
      PollMessages messages,
      ClusterStates states,
      RequestMetrics metrics,
      FailureMapping failures,
      PollLogs logs) {
    this.gate = gate;
    this.signed = signed;
    this.address = address;
    this.clusters = clusters;
    this.messages = messages;
    this.states = states;
    this.metrics = metrics;
    this.failures = failures;
    this.logs = logs;
  }

  /**
   * Opens it for the polls of a route, or closes it.
   *
   * @param id null to close it; what is under way goes on
   */
  void open(@Nullable String id) {
    route = id;
  }

  /** Whether anything is served here. */
  boolean isOpen() {
    return route != null;
  }

  /**
   * Whether a request looks like one that is served here, as far as its head shows: it is held back
   * until its end, which must not take another read.
   */
  boolean mayServe(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return route != null
        && HttpMethod.GET.equals(request.method())
        && request.decoderResult().isSuccess()
        && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
        && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        && !headers.contains(HttpHeaderNames.EXPECT)
        && !headers.contains(HttpHeaderNames.UPGRADE)
        && (request.uri().startsWith(EXECUTING) || request.uri().startsWith(QUEUED));
  }

  /**
   * The poll that a request is; null where it is for the filters.
   *
   * @param request one that {@link #mayServe}
   */
  @Nullable Poll admit(Channel channel, HttpRequest request) {
    String id = route;
    String target = request.uri();
    int end = target.indexOf('?');
    HttpHeaders headers = request.headers();
    if (id == null
        || end < 0
        || !isKeptAlive(headers.getAll(HttpHeaderNames.CONNECTION))
        || RequestForm.objection(
                request.protocolVersion().text(),
                request.method().name(),
                target,
                headers.getAll(HttpHeaderNames.HOST),
                false)
            != null) {
      return null;
    }
    String path = target.substring(0, end);
    Binding binding = signed.read(path, target.substring(end + 1));
    ClusterConnections connections = binding == null ? null : clusters.of(binding.cluster());
    if (binding == null || connections == null) {
      return null;
    }
    Decision decision = decide(channel, headers, id);
    if (decision == null || !(decision.verdict() instanceof Identity identity)) {
      return null;
    }
    Owner owner = Owner.of(identity);
    if (!binding.isOf(owner)) {
      return null;
    }
    return new Poll(
        request,
        id,
        path,
        binding.query() == null ? path : path + "?" + binding.query(),
        binding.cluster(),
        connections,
        decision,
        identity,
        owner,
        external(channel, headers),
        QueryId.inPath(path));
  }

  /** Any other word names headers that are not to go on, or that the connection is to end. */
  private static boolean isKeptAlive(List<String> connection) {
    return connection.isEmpty()
        || (connection.size() == 1 && connection.getFirst().equalsIgnoreCase("keep-alive"));
  }

  private @Nullable Decision decide(Channel channel, HttpHeaders headers, String id) {
    org.springframework.http.HttpHeaders sent = NettyViews.headers(headers);
    Approach approach =
        new Approach(
            org.springframework.http.HttpMethod.GET,
            sent,
            () -> certificate(channel),
            () -> address.client(NettyViews.peer(channel), sent),
            id,
            () -> external(channel, headers).toString(),
            true);
    return gate.known(approach);
  }

  private Origin external(Channel channel, HttpHeaders headers) {
    String scheme = channel.pipeline().get(SslHandler.class) == null ? "http" : "https";
    return address.origin(scheme, NettyViews.peer(channel), NettyViews.headers(headers));
  }

  private static @Nullable X509Certificate certificate(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    try {
      return tls != null
              && tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate own
          ? own
          : null;
    } catch (SSLPeerUnverifiedException _) {
      return null;
    }
  }

  Gate gate() {
    return gate;
  }

  PollMessages messages() {
    return messages;
  }

  PollLogs logs() {
    return logs;
  }

  RequestMetrics metrics() {
    return metrics;
  }

  /** A cluster has answered. */
  void seen(Cluster cluster) {
    states.answered(cluster);
  }

  /** What a client is told of a failure, in a line. */
  @Nullable String words(Throwable failure) {
    return failures.words(failure);
  }

  void begun() {
    running.incrementAndGet();
  }

  /**
   * One is no longer under way.
   *
   * @param here whether it was answered here, and not left to the filters
   */
  void ended(boolean here) {
    if (here) {
      answered.increment();
    }
    running.decrementAndGet();
  }

  /** How many polls were answered here. */
  long answered() {
    return answered.sum();
  }

  /** How many polls are under way. */
  int running() {
    return running.get();
  }
}
