package io.verillm.protocol.event;

import io.verillm.protocol.crypto.VerifyKey;
import java.util.Optional;

/** The one place that verifies events. */
public final class EventVerifier {
  private EventVerifier() {}

  /** Why a record's signature does not count. */
  public enum Fault {
    NO_SIGNATURE,
    UNKNOWN_SIGNER,
    WRONG_SIGNATURE
  }

  /**
   * Checks one record.
   *
   * @param key the key registered for the record's signer, if any
   * @return the fault, or empty where the signature holds
   */
  public static Optional<Fault> fault(SignedRecord record, Optional<VerifyKey> key) {
    if (record.signer().isEmpty() || record.signature().length == 0) {
      return Optional.of(Fault.NO_SIGNATURE);
    }
    if (key.isEmpty()) {
      return Optional.of(Fault.UNKNOWN_SIGNER);
    }
    byte[] signed = SignedRecord.signedHash(record.topic(), record.key(), record.value()).bytes();
    return key.get().verify(signed, record.signature())
        ? Optional.empty()
        : Optional.of(Fault.WRONG_SIGNATURE);
  }
}
