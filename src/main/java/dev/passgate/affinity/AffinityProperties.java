package dev.passgate.affinity;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys of the signatures.
 *
 * @param signingKey signs URIs and ids that clients come back with; 32 bytes in base64 (openssl
 *     rand -base64 32), the same for all replicas; made at the start, with a warning, if absent
 * @param acceptedSigningKeys keys that count beside signing-key while keys are changed; not without
 *     it
 */
@ConfigurationProperties("passgate")
record AffinityProperties(
    @Nullable String signingKey, @DefaultValue List<String> acceptedSigningKeys) {

  private static final String KEY = "passgate.signing-key";
  private static final String ACCEPTED = "passgate.accepted-signing-keys";
  private static final String EXPECTED =
      "32 random bytes in base64, as openssl rand -base64 32 prints them";

  AffinityProperties {
    acceptedSigningKeys = List.copyOf(acceptedSigningKeys);
  }

  /** The keys, or null where none is configured. */
  @Nullable SigningKeys keys() {
    if (signingKey == null) {
      if (!acceptedSigningKeys.isEmpty()) {
        throw new InvalidSetting(KEY, null, "a key that signs, as there are " + ACCEPTED);
      }
      return null;
    }
    List<SigningKey> accepted = new ArrayList<>();
    for (int i = 0; i < acceptedSigningKeys.size(); i++) {
      accepted.add(parse(ACCEPTED + "[" + i + "]", acceptedSigningKeys.get(i)));
    }
    return new SigningKeys(parse(KEY, signingKey), accepted);
  }

  private static SigningKey parse(String key, String text) {
    Placeholder.refuse(key, text);
    try {
      return SigningKey.parse(text);
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(key, "***", EXPECTED);
    }
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "AffinityProperties[accepted=" + acceptedSigningKeys.size() + "]";
  }
}
