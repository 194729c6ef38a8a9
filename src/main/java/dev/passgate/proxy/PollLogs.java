package dev.passgate.proxy;

import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.AccessEvent;
import dev.passgate.observe.AccessLog;
import dev.passgate.observe.AuditEvent;
import dev.passgate.observe.AuditLog;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.query.QueryEnd;
import dev.passgate.trace.RequestId;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is written down of polls where no filters are on the way: the same as they write. */
public final class PollLogs {

  /**
   * A poll that was answered.
   *
   * @param requestId see {@link #requestId}
   * @param path the raw path
   */
  public record Answered(
      String requestId,
      HttpRequest request,
      String path,
      Decision decision,
      Identity identity,
      String route,
      String cluster,
      @Nullable QueryId query,
      int status,
      long nanos) {

    /** The path of a poll holds the secret of its query. */
    @Override
    public String toString() {
      return "Answered[" + requestId + "]";
    }
  }

  private final AuditLog audit;
  private final AccessLog access;
  private final ExternalAddress address;

  PollLogs(AuditLog audit, AccessLog access, ExternalAddress address) {
    this.audit = audit;
    this.access = access;
    this.address = address;
  }

  /**
   * The id of a poll.
   *
   * @param number which of the connection's polls it is
   */
  public String requestId(Channel channel, HttpHeaders headers, long number) {
    String given =
        headers.contains(RequestId.HEADER)
            ? address.requestId(NettyViews.peer(channel), NettyViews.headers(headers))
            : null;
    return given == null ? channel.id().asShortText() + "-p" + number : given;
  }

  /**
   * Whether anything is written of a poll.
   *
   * @param end the end of the query that its answer told of
   */
  public boolean areWritten(@Nullable QueryEnd end) {
    return end != null || access.isOn();
  }

  /** Writes what there is to write of a poll. */
  public void write(Channel channel, Answered poll, @Nullable QueryEnd end) {
    HttpHeaders headers = poll.request().headers();
    Instant now = Instant.now();
    String client = address.client(NettyViews.peer(channel), NettyViews.headers(headers));
    String query = poll.query() == null ? null : poll.query().toString();
    long millis = TimeUnit.NANOSECONDS.toMillis(poll.nanos());
    access.write(
        () ->
            new AccessEvent(
                now,
                poll.requestId(),
                client,
                poll.identity().issuer(),
                poll.identity().user(),
                poll.request().method().name(),
                poll.path(),
                poll.route(),
                poll.cluster(),
                query,
                poll.status(),
                millis,
                headers.get(HttpHeaderNames.USER_AGENT)));
    if (end != null) {
      audit.write(
          new AuditEvent(
              now,
              "query-end",
              poll.requestId(),
              client,
              poll.decision().source(),
              AuditEvent.Credential.of(poll.identity()),
              poll.route(),
              poll.request().method().name(),
              poll.cluster(),
              query,
              headers.get(TrinoHeaders.SOURCE),
              poll.status(),
              millis,
              Ends.told(end, now),
              null));
    }
  }
}
