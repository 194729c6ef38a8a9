package dev.passgate.identity.issuer;

import java.math.BigInteger;
import java.util.stream.IntStream;

/**
 * Tells RSA keys from chips that made factorable ones (ROCA, CVE-2017-15361; Nemec and others, "The
 * Return of Coppersmith's Attack", 2017, section 2.3): their primes are powers of 65537 modulo many
 * small primes, and so is the modulus. A sound key looks like it once in a hundred million.
 */
final class RocaFingerprint {

  private static final int GENERATOR = 65_537;
  private static final int[] PRIMES =
      IntStream.rangeClosed(3, 167)
          .filter(n -> BigInteger.valueOf(n).isProbablePrime(20))
          .toArray();

  private RocaFingerprint() {}

  static boolean matches(BigInteger modulus) {
    return IntStream.of(PRIMES)
        .allMatch(p -> isPower(modulus.mod(BigInteger.valueOf(p)).intValue(), p));
  }

  private static boolean isPower(int residue, int prime) {
    int power = 1;
    do {
      if (power == residue) {
        return true;
      }
      power = power * (GENERATOR % prime) % prime;
    } while (power != 1);
    return false;
  }
}
