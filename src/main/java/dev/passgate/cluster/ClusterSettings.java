package dev.passgate.cluster;

import dev.passgate.cluster.trust.BasicSettings;
import dev.passgate.cluster.trust.JwtSettings;
import dev.passgate.cluster.trust.TrustKind;
import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One cluster.
 *
 * @param url scheme and authority of its coordinator, http(s)://host[:port]; required
 * @param labels what routing rules choose it by, beside its name
 * @param weight its share of new queries, from 1 to 1000
 * @param state whether it gets new queries: active or draining
 * @param forwardedHeaders whether it is told by X-Forwarded-* what clients call the gateway, and
 *     writes its URIs itself: its http-server.process-forwarded is true
 * @param bundle the SSL bundle for connections to it; the JVM's trust where there is none
 * @param trust by what it knows the gateway: none, basic, jwt or certificate
 * @param originalUser whether it is told who acts as somebody else: send or omit
 * @param allowPlainHttp whether a password or tokens may go to it without TLS
 * @param basic the account, for trust: basic
 * @param jwt the tokens, for trust: jwt
 */
@ConfigurationPropertiesSource
record ClusterSettings(
    @Nullable String url,
    @DefaultValue List<String> labels,
    @DefaultValue("1") int weight,
    @DefaultValue("active") String state,
    boolean forwardedHeaders,
    @Nullable String bundle,
    @DefaultValue("none") String trust,
    @DefaultValue("send") String originalUser,
    boolean allowPlainHttp,
    @NestedConfigurationProperty @Nullable BasicSettings basic,
    @NestedConfigurationProperty @Nullable JwtSettings jwt) {

  private static final int MAX_WEIGHT = 1000;

  ClusterSettings {
    labels = List.copyOf(labels);
  }

  /** Has been checked. */
  Origin origin() {
    return Origin.parse(Objects.requireNonNull(url));
  }

  /** The labels with the name, which is always one. */
  Set<String> labels(String name) {
    Set<String> all = new LinkedHashSet<>(labels);
    all.add(name);
    return all;
  }

  boolean isDraining() {
    return state.equals("draining");
  }

  /** Has been checked. */
  TrustKind kind() {
    return TrustKind.of(trust);
  }

  JwtSettings jwtOrDefault() {
    return jwt == null ? JwtSettings.DEFAULT : jwt;
  }

  boolean sendsOriginalUser() {
    return originalUser.equals("send");
  }

  @Nullable ClusterTls tls() {
    return bundle == null ? null : new ClusterTls(bundle, kind() == TrustKind.CERTIFICATE);
  }

  /**
   * Looks for mistakes that need no file to be read.
   *
   * @param key what the keys of this cluster begin with
   * @throws InvalidSetting at the first one
   */
  void check(String key) {
    checkUrl(key);
    checkShare(key);
    if (!originalUser.equals("send") && !originalUser.equals("omit")) {
      throw new InvalidSetting(key + "original-user", originalUser, "send or omit");
    }
    TrustKind kind;
    try {
      kind = kind();
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(key + "trust", trust, "none, basic, jwt or certificate");
    }
    checkTransport(key, kind);
    checkBasic(key, kind);
    checkJwt(key, kind);
  }

  private void checkUrl(String key) {
    try {
      Origin.parse(Objects.requireNonNullElse(url, ""));
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(key + "url", url, "http(s)://host[:port] of a Trino coordinator");
    }
  }

  private void checkShare(String key) {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new InvalidSetting(key + "weight", weight, "a number from 1 to " + MAX_WEIGHT);
    }
    if (!state.equals("active") && !state.equals("draining")) {
      throw new InvalidSetting(key + "state", state, "active or draining");
    }
    if (labels.stream().anyMatch(String::isBlank)) {
      throw new InvalidSetting(key + "labels", labels, "labels that are not blank");
    }
  }

  private void checkTransport(String key, TrustKind kind) {
    if (kind == TrustKind.CERTIFICATE && bundle == null) {
      throw new InvalidSetting(
          key + "bundle", null, "an SSL bundle with a private key, as trust is certificate");
    }
    Origin origin = origin();
    if (origin.scheme().equals("https")) {
      return;
    }
    if (bundle != null) {
      throw new InvalidSetting(key + "url", url, "https, as there is a bundle");
    }
    if (kind.sendsSecret() && !origin.isLoopback() && !allowPlainHttp) {
      throw new InvalidSetting(
          key + "url",
          url,
          "https, as trust: "
              + trust
              + " sends a secret; "
              + key
              + "allow-plain-http: true sends it in the clear");
    }
  }

  private void checkBasic(String key, TrustKind kind) {
    if (kind == TrustKind.BASIC) {
      Objects.requireNonNullElseGet(basic, () -> new BasicSettings(null, null, null))
          .check(key + "basic.");
    } else if (basic != null) {
      throw new InvalidSetting(key + "trust", trust, "basic, as there are settings for it");
    }
  }

  private void checkJwt(String key, TrustKind kind) {
    if (kind == TrustKind.JWT) {
      jwtOrDefault().check(key + "jwt.");
    } else if (jwt != null) {
      throw new InvalidSetting(key + "trust", trust, "jwt, as there are settings for it");
    }
  }
}
