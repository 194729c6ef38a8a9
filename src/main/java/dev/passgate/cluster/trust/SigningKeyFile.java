package dev.passgate.cluster.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a file of private keys: PKCS#8 in PEM (RFC 7468), one after the other. */
final class SigningKeyFile {

  private static final int MIN_RSA_BITS = 2048;

  /** A signature holds up an event loop: one by 4096 bits takes about 8 ms. */
  private static final int MAX_RSA_BITS = 4096;

  /** More than any rotation needs; Trino reads all of them each quarter of an hour. */
  private static final int MAX_KEYS = 10;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*)-----([^-]*)-----END \\1-----");

  private SigningKeyFile() {}

  /**
   * Reads the keys.
   *
   * @throws IllegalArgumentException if there is none, or one that is not good enough; the message
   *     says which, counted from 1, and quotes nothing of it
   */
  static List<SigningKey> parse(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    List<SigningKey> keys = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      int number = keys.size() + 1;
      if (number > MAX_KEYS) {
        throw new IllegalArgumentException("it holds more than " + MAX_KEYS + " keys");
      }
      try {
        SigningKey key = key(blocks.group(1), blocks.group(2));
        if (keys.stream().anyMatch(other -> other.id().equals(key.id()))) {
          throw new IllegalArgumentException("it is there twice");
        }
        keys.add(key);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IllegalArgumentException("key " + number + ": " + e.getMessage(), e);
      }
    }
    if (keys.isEmpty() || text.split("-----BEGIN ", -1).length - 1 != keys.size()) {
      throw new IllegalArgumentException(
          keys.isEmpty() ? "it holds no key" : "what follows key " + keys.size() + " is no key");
    }
    return List.copyOf(keys);
  }

  private static SigningKey key(String label, String base64) throws GeneralSecurityException {
    if (!label.equals("PRIVATE KEY")) {
      throw new IllegalArgumentException(
          "it is of the kind '" + label + "', not 'PRIVATE KEY' (PKCS#8, not encrypted)");
    }
    PKCS8EncodedKeySpec encoded;
    try {
      encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
    } catch (IllegalArgumentException _) {
      // The decoder's own message quotes a character.
      throw new IllegalArgumentException("it is not Base64");
    }
    return SigningKey.of(pair(encoded));
  }

  private static KeyPair pair(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    try {
      return rsa(encoded);
    } catch (InvalidKeySpecException _) {
      try {
        return EllipticPair.of(encoded);
      } catch (InvalidKeySpecException _) {
        throw new IllegalArgumentException("it is neither an RSA key nor an EC key");
      }
    }
  }

  private static KeyPair rsa(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("RSA");
    if (!(factory.generatePrivate(encoded) instanceof RSAPrivateCrtKey key)) {
      throw new IllegalArgumentException("it is an RSA key without its public exponent");
    }
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new IllegalArgumentException(
          "it is an RSA key of " + bits + " bits, not of " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
    }
    return new KeyPair(
        factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())),
        key);
  }
}
