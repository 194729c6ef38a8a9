import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Makes a compact JWS of each line of its standard input, which is its header and payload. */
final class TokenSigner {

  private TokenSigner() {}

  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    boolean rsa = arguments[0].equals("RS256");
    String pem = Files.readString(Path.of(arguments[1])).replaceAll("-----[^-]+-----", "");
    PrivateKey key =
        KeyFactory.getInstance(rsa ? "RSA" : "EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
    String algorithm = rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format";
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    lines
        .lines()
        .parallel()
        .map(line -> line + "." + sign(algorithm, key, line))
        .forEachOrdered(System.out::println);
  }

  private static String sign(String algorithm, PrivateKey key, String text) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
