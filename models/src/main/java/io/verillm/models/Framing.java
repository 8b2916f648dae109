package io.verillm.models;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** {@code H(tag, f1, f2, ...)}: SHA-256 over tag and fields, each after its 4-byte length. */
final class Framing {

  private Framing() {}

  static byte[] hash(String tag, byte[]... fields) {
    MessageDigest digest = sha256();
    frame(digest, text(tag));
    for (byte[] field : fields) {
      frame(digest, field);
    }
    return digest.digest();
  }

  static byte[] text(String field) {
    return field.getBytes(StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void frame(MessageDigest digest, byte[] field) {
    digest.update(ByteBuffer.allocate(4).putInt(field.length).array());
    digest.update(field);
  }
}
