package io.verillm.streams.log;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealHistory;
import java.util.Arrays;
import java.util.Optional;

/** Lets in what is a seal of the sealer and the first of its epoch. */
final class SealArrivals {
  private static final int EPOCHS_REMEMBERED = 100_000;

  private final VerifyKey sealerKey;
  private final SealHistory history = new SealHistory(EPOCHS_REMEMBERED);

  SealArrivals(VerifyKey sealerKey) {
    this.sealerKey = sealerKey;
  }

  /** A seal that is known from before. */
  void seen(long epoch, Hash sealHash) {
    history.note(epoch, sealHash);
  }

  /**
   * A seal that came.
   *
   * @param nowMillis the reader's clock when it came
   */
  record Arrival(SignedRecord record, Seal seal, Hash sealHash, long nowMillis) {}

  /** The arrival, or empty where the same seal came before. */
  Checked<Optional<Arrival>> admit(SignedRecord record, long nowMillis) {
    if (!record.signer().equals(Signers.SEALER)
        || EventVerifier.fault(record, Optional.of(sealerKey)).isPresent()) {
      return new Checked.Refused<>(
          LogFault.WRONG_SIGNATURE, "offset " + record.offset() + " of seals");
    }
    return SealCheck.decode(record.value())
        .then(seal -> SealCheck.checkpoint(seal, sealerKey))
        .then(seal -> first(record, seal, nowMillis));
  }

  private Checked<Optional<Arrival>> first(SignedRecord record, Seal seal, long nowMillis) {
    if (!Arrays.equals(record.key(), EpochVerifier.epochKey(seal.getEpoch()))) {
      return new Checked.Refused<>(
          LogFault.WRONG_EPOCH, "the key does not name epoch " + seal.getEpoch());
    }
    Hash sealHash = Beacon.sealHash(record.value());
    return switch (history.note(seal.getEpoch(), sealHash)) {
      case FIRST ->
          new Checked.Sound<>(Optional.of(new Arrival(record, seal, sealHash, nowMillis)));
      case REPEATED -> new Checked.Sound<>(Optional.empty());
      case FORK -> new Checked.Refused<>(LogFault.FORK, "another seal of epoch " + seal.getEpoch());
    };
  }
}
