package dev.passgate.identity.certificate;

import dev.passgate.identity.certificate.DerReader.Element;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * The subject of a certificate (RFC 5280, section 4.1.2.6).
 *
 * <p>Read from its encoding and not from Java's text of it: Java takes the bytes of every kind of
 * text for UTF-8, so that two Chinese characters in a BMPString read as four ASCII letters, which
 * may be somebody else's name.
 *
 * @param text as RFC 2253 writes it
 * @param commonNames the values of all CN attributes, in whichever part of the name
 */
record SubjectName(String text, List<String> commonNames) {

  /** Longer than any in use. It is kept with the identity and goes into the audit log. */
  static final int MAX_LENGTH = 1024;

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int PRINTABLE_STRING = 0x13;
  private static final int TELETEX_STRING = 0x14;
  private static final int IA5_STRING = 0x16;
  private static final int GENERAL_STRING = 0x1b;
  private static final int UNIVERSAL_STRING = 0x1c;
  private static final int BMP_STRING = 0x1e;

  /** 2.5.4.3 */
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

  SubjectName {
    commonNames = List.copyOf(commonNames);
  }

  /**
   * Reads a subject.
   *
   * @throws UnreadableCertificate where it is too long, or holds text of a kind that was given up
   *     for UTF8String (RFC 5280, section 4.1.2.4)
   */
  static SubjectName of(X500Principal principal) throws UnreadableCertificate {
    List<String> commonNames = new ArrayList<>();
    DerReader names = new DerReader(principal.getEncoded()).only().open(SEQUENCE);
    while (names.hasNext()) {
      DerReader attributes = names.next().open(SET);
      while (attributes.hasNext()) {
        DerReader attribute = attributes.next().open(SEQUENCE);
        byte[] type = typeOf(attribute.next());
        Element value = attribute.only();
        requireOneReading(value);
        if (Arrays.equals(type, COMMON_NAME)) {
          commonNames.add(textOf(value));
        }
      }
    }
    String text = principal.getName(X500Principal.RFC2253);
    if (text.length() > MAX_LENGTH) {
      throw new UnreadableCertificate();
    }
    return new SubjectName(text, commonNames);
  }

  private static byte[] typeOf(Element element) throws UnreadableCertificate {
    if (element.tag() != OBJECT_IDENTIFIER) {
      throw new UnreadableCertificate();
    }
    return element.content();
  }

  private static void requireOneReading(Element value) throws UnreadableCertificate {
    switch (value.tag()) {
      case TELETEX_STRING, GENERAL_STRING, UNIVERSAL_STRING, BMP_STRING ->
          throw new UnreadableCertificate();
      case UTF8_STRING, PRINTABLE_STRING, IA5_STRING -> {
        var _ = textOf(value);
      }
      default -> {
        // no text; in the subject's, its encoding in hexadecimal
      }
    }
  }

  private static String textOf(Element value) throws UnreadableCertificate {
    return switch (value.tag()) {
      case UTF8_STRING -> utf8(value.content());
      case PRINTABLE_STRING, IA5_STRING -> ascii(value.content());
      default -> throw new UnreadableCertificate();
    };
  }

  private static String utf8(byte[] bytes) throws UnreadableCertificate {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new UnreadableCertificate();
    }
  }

  /** The characters of an IA5String or a PrintableString. */
  static String ascii(byte[] bytes) throws UnreadableCertificate {
    for (byte one : bytes) {
      if (one < 0) {
        throw new UnreadableCertificate();
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
