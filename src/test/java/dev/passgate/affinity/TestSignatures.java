package dev.passgate.affinity;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.TrinoPath;
import dev.passgate.protocol.UriField;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes signatures for tests of other packages, with a key that their gateways have too. */
public final class TestSignatures {

  /** {@code passgate.signing-key} of the tests. */
  public static final String KEY = "dGVzdHMgc2lnbiB3aXRoIHRoaXMga2V5IHdoaWNoIGk=";

  private static final Cluster MAIN = new Cluster("main", Origin.parse("http://cluster"));
  private static final Origin EXTERNAL = Origin.parse("http://gateway");
  private static final Pattern TOKEN =
      Pattern.compile("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  private TestSignatures() {}

  /** For clusters of a test's own, with {@link #KEY}. */
  public static SignedUris uris(Cluster... clusters) {
    return new SignedUris(signer(clusters), Duration.ofHours(12), InstantSource.system());
  }

  /** The same for transactions. */
  public static TransactionIds transactions(Cluster... clusters) {
    return new TransactionIds(signer(clusters));
  }

  private static Signer signer(Cluster... clusters) {
    return new Signer(
        new SigningKeys(SigningKey.parse(KEY), List.of()),
        new Clusters(Arrays.asList(clusters)),
        InstantSource.system());
  }

  /** A path of the cluster {@code main} as its owner was given it; others as they are. */
  public static String signed(String target, Owner owner) {
    String path = target.split("\\?", 2)[0];
    if (!SignedUris.areNeeded(TrinoPath.of(path))) {
      return target;
    }
    String uri =
        Objects.requireNonNull(
            uris(MAIN)
                .mapping(MAIN, EXTERNAL, owner)
                .map(UriField.NEXT_URI, MAIN.origin() + target));
    return uri.substring(EXTERNAL.toString().length());
  }

  /**
   * The same for whom the headers of a request tell of, by the token in them; as it is where there
   * is no token.
   */
  public static String signedFor(String target, String headers) {
    Matcher token = TOKEN.matcher(headers);
    Owner owner = token.find() ? owner(token.group()) : null;
    return owner == null ? target : signed(target, owner);
  }

  private static @Nullable Owner owner(String token) {
    try {
      JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
      String issuer = claims.getIssuer();
      String subject = claims.getSubject();
      String user = claims.getStringClaim("preferred_username");
      return issuer == null || subject == null || user == null
          ? null
          : new Owner(issuer.substring(issuer.lastIndexOf('/') + 1), subject, user);
    } catch (ParseException e) {
      return null;
    }
  }
}
