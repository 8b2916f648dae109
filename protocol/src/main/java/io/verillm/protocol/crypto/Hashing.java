package io.verillm.protocol.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The protocol's hash function {@code H(tag, f1, f2, ...)}: SHA-256 over the tag and the fields,
 * each preceded by its length.
 *
 * <p>The bytes under the hash are, for the tag (UTF-8) and then each field in order: the length as
 * an unsigned 4-byte big-endian number, then that many bytes. No field can therefore flow into
 * another, and two calls with different tags or a different number of fields never hash the same
 * bytes.
 */
public final class Hashing {

  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Hashing::fresh);

  private static final VarHandle LENGTH =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Hashing() {}

  /** {@code H(tag, fields...)} as the class comment defines it. */
  public static Hash hash(String tag, byte[]... fields) {
    // Fields may be whole records: they go to the digest without a copy.
    MessageDigest sha = HashInput.of(tag).begin();
    byte[] length = new byte[Integer.BYTES];
    for (byte[] field : fields) {
      LENGTH.set(length, 0, field.length);
      sha.update(length);
      sha.update(field);
    }
    return Hash.owning(sha.digest());
  }

  /** Plain SHA-256, without a frame. */
  public static Hash sha256(byte[] message) {
    return sha256(message, 0, message.length);
  }

  /** The same of a part of an array. */
  public static Hash sha256(byte[] source, int offset, int length) {
    MessageDigest sha = digest();
    sha.update(source, offset, length);
    return Hash.owning(sha.digest());
  }

  /** HMAC-SHA256 (RFC 2104). The key must not be empty. */
  public static Hash hmacSha256(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Hash.owning(mac.doFinal(message));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** This thread's SHA-256, reset: looking one up costs as much as hashing a few blocks. */
  static MessageDigest digest() {
    MessageDigest digest = DIGEST.get();
    digest.reset();
    return digest;
  }

  private static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
