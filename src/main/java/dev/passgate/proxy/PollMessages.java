package dev.passgate.proxy;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.Owner;
import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.protocol.JsonUriRewriter;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.QueryIdFinder;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEnd;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * What becomes of a poll on its way to a cluster, and of the answer on its way back, where no
 * filters are on the way: the same as they make of it.
 */
public final class PollMessages {

  /**
   * What belongs to one connection (RFC 9110, section 7.6.1), and what Spring Cloud Gateway's
   * {@code RemoveHopByHopHeadersFilter} takes for it.
   */
  private static final List<String> HOP_BY_HOP =
      List.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "x-application-context");

  private final HeaderFirewall firewall;
  private final ResponseHeadersFilter responses;
  private final SignedUris signed;
  private final CoordinatorIds ids;
  private final QueryTracking tracking;
  private final Impersonation impersonation;

  PollMessages(
      HeaderFirewall firewall,
      ResponseHeadersFilter responses,
      SignedUris signed,
      CoordinatorIds ids,
      QueryTracking tracking,
      Impersonation impersonation) {
    this.impersonation = impersonation;
    this.firewall = firewall;
    this.responses = responses;
    this.signed = signed;
    this.ids = ids;
    this.tracking = tracking;
  }

  /**
   * What goes on of the headers of a poll, without {@code Host}.
   *
   * @param client as the client sent them, without {@code Connection}; not changed
   * @param forwarded where they go
   */
  public void request(
      HttpHeaders client, Decision decision, Cluster cluster, HttpHeaders forwarded) {
    firewall.filter(client, forwarded);
    // Host is the cluster's.
    forwarded.remove(HttpHeaderNames.HOST);
    IdentityHeadersFilter.tell(NettyViews.headers(forwarded), decision, cluster, true);
    for (String name : HOP_BY_HOP) {
      forwarded.remove(name);
    }
  }

  /**
   * Whom an answer would make the client, where the rules refuse that; empty where they do not.
   *
   * @param headers as the cluster sent them
   */
  public List<String> refusedAuthorizations(HttpHeaders headers, Identity identity) {
    List<String> users = headers.getAll(TrinoHeaders.SET_AUTHORIZATION_USER);
    for (String user : users) {
      if (impersonation.refuseAuthorization(identity, user) != null) {
        return users;
      }
    }
    return List.of();
  }

  /**
   * Makes the headers of an answer those that the client is to get.
   *
   * @param headers as the cluster sent them
   * @param status the answer's
   * @return whether the body is to be rewritten; null where the answer is not one that is served
   *     without a look by the filters, and then the headers may have changed already
   */
  public @Nullable Boolean answer(
      HttpHeaders headers, int status, Cluster cluster, Origin external, Owner owner, String path) {
    if (!isOfConnectionAlone(headers.getAll(HttpHeaderNames.CONNECTION))) {
      return null;
    }
    Boolean rewritten = isRewritten(headers, status);
    if (rewritten == null) {
      return null;
    }
    boolean chunked = rewritten || !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    for (String name : HOP_BY_HOP) {
      headers.remove(name);
    }
    org.springframework.http.HttpHeaders all = NettyViews.headers(headers);
    if (ResponseHeadersFilter.isConcerned(all)) {
      responses.point(all, cluster, external, owner, path, true);
    }
    if (chunked && hasContent(status)) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return rewritten;
  }

  /** Whether {@code Connection} names no header. */
  private static boolean isOfConnectionAlone(List<String> connection) {
    return connection.isEmpty()
        || (connection.size() == 1
            && (HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection.getFirst())
                || HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(connection.getFirst())));
  }

  private static @Nullable Boolean isRewritten(HttpHeaders headers, int status) {
    if (!hasContent(status)) {
      return false;
    }
    Boolean json = isJson(headers.getAll(HttpHeaderNames.CONTENT_TYPE));
    // A compressed one cannot be rewritten, and would tell the client the cluster's address.
    return (Boolean.TRUE.equals(json) && isEncoded(headers)) ? null : json;
  }

  /** Null where it cannot be told. */
  private static @Nullable Boolean isJson(List<String> types) {
    if (types.isEmpty()) {
      return true;
    }
    if (types.size() > 1) {
      return null;
    }
    String type = types.getFirst();
    if (type.equals(MediaType.APPLICATION_JSON_VALUE)) {
      return true;
    }
    try {
      return Rewriting.isJson(MediaType.parseMediaType(type));
    } catch (InvalidMediaTypeException _) {
      return null;
    }
  }

  private static boolean isEncoded(HttpHeaders headers) {
    return headers.getAll(HttpHeaderNames.CONTENT_ENCODING).stream()
        .map(String::strip)
        .anyMatch(encoding -> !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity"));
  }

  /** RFC 9110, section 6.4.1. */
  private static boolean hasContent(int status) {
    return status != 204 && status != 304;
  }

  /**
   * The head of the answer has come, and nothing of it has left.
   *
   * @return the end of the query that it tells of; null where it tells of none
   */
  public @Nullable QueryEnd answered(
      @Nullable QueryId polled, Cluster cluster, int status, Identity identity) {
    return polled == null
        ? null
        : tracking.pageAnswered(polled, cluster, status, CountedUser.of(identity));
  }

  /** The body of an answer, which is rewritten. */
  public Page page(Cluster cluster, Origin external, Owner owner, DataBufferFactory buffers) {
    QueryIdFinder mapping = new QueryIdFinder(signed.mapping(cluster, external, owner));
    return new Page(new BufferRewriter(JsonUriRewriter.forQueryResults(mapping), buffers), mapping);
  }

  /**
   * The whole body of the answer was read, and the end of it has not left.
   *
   * @return the end of the query that it tells of; null where it tells of none
   */
  public @Nullable QueryEnd read(
      Page page, @Nullable QueryId polled, Cluster cluster, int status, Identity identity) {
    QueryId found = page.mapping.queryId();
    if (found != null) {
      ids.learn(cluster, found);
    }
    return polled == null
        ? null
        : tracking.pageRead(polled, status, page.mapping, CountedUser.of(identity));
  }

  /** The body of one answer. */
  public static final class Page {

    private final BufferRewriter rewriter;
    private final QueryIdFinder mapping;

    private Page(BufferRewriter rewriter, QueryIdFinder mapping) {
      this.rewriter = rewriter;
      this.mapping = mapping;
    }

    /** What rewrites it. */
    public BufferRewriter rewriter() {
      return rewriter;
    }
  }
}
