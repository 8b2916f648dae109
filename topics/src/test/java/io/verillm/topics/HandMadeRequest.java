package io.verillm.topics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A request made from the text in README.md with the JDK and Kafka's client alone: no class of this
 * project, so that the text is what is tested.
 */
record HandMadeRequest(String requestId, ProducerRecord<byte[], byte[]> record) {
  static final String FIRST_BYTES = "C3018CC64E5EB0298498";

  private static final String TOPIC = "verillm.requests.v1";

  static HandMadeRequest make(String prompt) throws GeneralSecurityException {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] subjectPublicKey = keys.getPublic().getEncoded();
    byte[] publicKey =
        Arrays.copyOfRange(subjectPublicKey, subjectPublicKey.length - 32, subjectPublicKey.length);
    String id = "01932f5a-7c00-7abc-8def-0123456789ab";
    byte[] id16 = HexFormat.of().parseHex(id.replace("-", ""));

    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.writeBytes(HexFormat.of().parseHex(FIRST_BYTES));
    bytes(value, utf8(id));
    bytes(value, publicKey);
    bytes(value, new byte[32]);
    bytes(value, new byte[32]);
    bytes(value, utf8(prompt));
    number(value, 20);
    real(value, 0.5);
    number(value, 64);
    real(value, 1.0);
    number(value, 3);
    number(value, 1_000_000);
    bytes(value, framed(utf8("flag"), id16, utf8("NONE"), new byte[32]));
    number(value, 1);
    bytes(value, new byte[0]);
    number(value, 0);
    number(value, 0);

    byte[] key = utf8(id);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update(framed(utf8("event"), utf8(TOPIC), key, value.toByteArray()));
    return new HandMadeRequest(
        id,
        new ProducerRecord<>(
            TOPIC,
            null,
            key,
            value.toByteArray(),
            List.of(
                new RecordHeader("signer", utf8("requester")),
                new RecordHeader("signature", signature.sign()))));
  }

  private static byte[] framed(byte[]... fields) throws GeneralSecurityException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (byte[] field : fields) {
      sha.update(ByteBuffer.allocate(4).putInt(field.length).array());
      sha.update(field);
    }
    return sha.digest();
  }

  private static void bytes(ByteArrayOutputStream out, byte[] field) {
    number(out, field.length);
    out.writeBytes(field);
  }

  private static void number(ByteArrayOutputStream out, long value) {
    long zigZag = (value << 1) ^ (value >> 63);
    while ((zigZag & ~0x7FL) != 0) {
      out.write((int) (zigZag & 0x7F) | 0x80);
      zigZag >>>= 7;
    }
    out.write((int) zigZag);
  }

  private static void real(ByteArrayOutputStream out, double value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
