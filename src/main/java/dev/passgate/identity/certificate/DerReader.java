package dev.passgate.identity.certificate;

import java.util.Arrays;

/**
 * Reads elements of the Distinguished Encoding Rules (X.690) one after the other: single-byte tags
 * and definite lengths, which is all that names in certificates are made of.
 */
final class DerReader {

  /**
   * An element.
   *
   * @param tag its identifier octet
   * @param content what is in it
   */
  @SuppressWarnings("ArrayRecordComponent") // is read once and compared by nobody
  record Element(int tag, byte[] content) {

    /**
     * What a constructed element is made of.
     *
     * @throws UnreadableCertificate where the tag is another one
     */
    DerReader open(int expected) throws UnreadableCertificate {
      if (tag != expected) {
        throw new UnreadableCertificate();
      }
      return new DerReader(content);
    }
  }

  private static final int MULTIPLE_BYTE_TAG = 0x1f;

  private final byte[] bytes;
  private int position;

  DerReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasNext() {
    return position < bytes.length;
  }

  Element next() throws UnreadableCertificate {
    int tag = octet();
    if ((tag & MULTIPLE_BYTE_TAG) == MULTIPLE_BYTE_TAG) {
      throw new UnreadableCertificate();
    }
    int length = length();
    if (length > bytes.length - position) {
      throw new UnreadableCertificate();
    }
    position += length;
    return new Element(tag, Arrays.copyOfRange(bytes, position - length, position));
  }

  /**
   * The one element that is left.
   *
   * @throws UnreadableCertificate where there is none, or another one after it
   */
  Element only() throws UnreadableCertificate {
    Element element = next();
    if (hasNext()) {
      throw new UnreadableCertificate();
    }
    return element;
  }

  private int length() throws UnreadableCertificate {
    int first = octet();
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count < 1 || count > 3) {
      throw new UnreadableCertificate();
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | octet();
    }
    return length;
  }

  private int octet() throws UnreadableCertificate {
    if (!hasNext()) {
      throw new UnreadableCertificate();
    }
    return bytes[position++] & 0xff;
  }
}
