package io.verillm.protocol.event;

import io.verillm.protocol.crypto.Signer;

/**
 * The one place that signs events.
 *
 * @param name signer header, see {@link Signers}
 * @param key the key behind it
 */
public record EventSigner(String name, Signer key) {
  /** The record as it will lie on the log, but for its offset. */
  public SignedRecord sign(String topic, int partition, byte[] key, byte[] value) {
    byte[] signature = this.key.sign(SignedRecord.signedHash(topic, key, value).bytes());
    return new SignedRecord(topic, partition, -1, key, value, name, signature);
  }
}
