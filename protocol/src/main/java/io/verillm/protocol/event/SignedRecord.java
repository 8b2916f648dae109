package io.verillm.protocol.event;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * One record as it lies on the log, bytes as written. Arrays are shared, not copied: nobody may
 * change them.
 *
 * @param topic full topic name
 * @param partition partition
 * @param offset offset; -1 where the record is not on a log yet
 * @param key key bytes, empty where the record has none
 * @param value value bytes, empty where the record has none
 * @param signer signer header, empty where absent; see {@link Signers}
 * @param signature detached Ed25519 signature, empty where absent
 */
public record SignedRecord(
    String topic,
    int partition,
    long offset,
    byte[] key,
    byte[] value,
    String signer,
    byte[] signature) {

  /** What a signature covers: {@code H("event", topic, key bytes, value bytes)}. */
  public static Hash signedHash(String topic, byte[] key, byte[] value) {
    return Hashing.hash("event", topic.getBytes(StandardCharsets.UTF_8), key, value);
  }

  /** The leaf of this record in the log's tree and in the journal. */
  public Hash recordHash() {
    return Hashing.hash("record", key, value, signer.getBytes(StandardCharsets.UTF_8), signature);
  }
}
