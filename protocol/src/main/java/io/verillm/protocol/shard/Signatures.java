package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.OwnKeys;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Whether a record is signed by who may say it, as far as the shard's registry knows keys. */
final class Signatures {
  private final ShardState state;

  Signatures(ShardState state) {
    this.state = state;
  }

  /** Why a record is not this signer's; null if it is. */
  @Nullable Refusal fault(SignedRecord record, String signer) {
    if (!record.signer().isEmpty() && !record.signer().equals(signer)) {
      return Refusal.NOT_THE_SIGNER;
    }
    return fault(record, state.registry.keyOf(record.signer()));
  }

  /** Why a record is not that of the signer whom it names; null if it is. */
  @Nullable Refusal fault(SignedRecord record, SpecificRecord event) {
    // Requesters are not registered: their key stands in what they say.
    return fault(
        record,
        record.signer().equals(Signers.REQUESTER)
            ? OwnKeys.requester(event)
            : state.registry.keyOf(record.signer()));
  }

  private static @Nullable Refusal fault(SignedRecord record, Optional<VerifyKey> key) {
    return EventVerifier.fault(record, key)
        .map(fault ->
            switch (fault) {
              case NO_SIGNATURE -> Refusal.NO_SIGNATURE;
              case UNKNOWN_SIGNER -> Refusal.UNKNOWN_SIGNER;
              case WRONG_SIGNATURE -> Refusal.WRONG_SIGNATURE;
            })
        .orElse(null);
  }
}
