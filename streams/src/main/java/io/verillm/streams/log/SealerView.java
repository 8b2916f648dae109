package io.verillm.streams.log;

import io.verillm.events.Cosignature;
import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** What a sealer knows from the records that it has read. */
final class SealerView {
  private final Catalogue catalogue;
  private final VerifyKey sealerKey;
  private final SpineWitnesses witnesses;
  private final OpenRequests requests = new OpenRequests();
  private final OpenEpochs epochs;
  private long closedThrough = -1;

  SealerView(Catalogue catalogue, VerifyKey sealerKey, SpineWitnesses witnesses) {
    this.catalogue = catalogue;
    this.sealerKey = sealerKey;
    this.witnesses = witnesses;
    this.epochs = new OpenEpochs(sealerKey);
  }

  /**
   * Takes note of one record.
   *
   * @return whether an idle sealer must not let it wait. Not so for what seals themselves bring
   *     about, closed epochs, cosignatures and journal entries: sealing them at once would never
   *     end
   */
  boolean note(SignedRecord record) {
    if (record.topic().equals(catalogue.journal().name())) {
      return false;
    }
    boolean cosignatures = record.topic().equals(catalogue.cosignatures().name());
    try {
      return note(record, EventCodec.decode(record.value())) && !cosignatures;
    } catch (UndecodableEvent e) {
      // Sealed like any other record; who decides from it will refuse it.
      return !cosignatures;
    }
  }

  private boolean note(SignedRecord record, SpecificRecord event) {
    switch (event) {
      case EpochClosed forged when !isOwn(record) -> {
        // Sealed, refused by every shard, and nothing that the sealer did.
      }
      case RegistryUpdate forged when !isOwn(record) -> {
        // As above.
      }
      case EpochClosed closed -> {
        closedThrough = Math.max(closedThrough, closed.getEpoch());
        return false;
      }
      case WitnessRemoved removed -> {
        return false;
      }
      case Cosignature cosignature -> epochs.cosigned(cosignature);
      case RegistryUpdate update -> witnesses.note(record.partition(), update);
      default -> {
        // A forged begin would keep epochs short for ever.
        if (OpenRequests.concerns(event) && isOwn(record)) {
          requests.note(event);
        }
      }
    }
    return true;
  }

  /** Coordinator, ledger and sealer sign with one key. */
  private boolean isOwn(SignedRecord record) {
    return EventVerifier.fault(record, Optional.of(sealerKey)).isEmpty();
  }

  /** Whether a request is not final. */
  boolean busy() {
    return requests.any();
  }

  /** Whether the shards know who closes epochs. */
  boolean knowsWitnesses() {
    return !witnesses.complete().isEmpty();
  }

  /** The last epoch that the log closes, -1 for none. */
  long closedThrough() {
    return closedThrough;
  }

  /** Epochs that are sealed and not closed. */
  OpenEpochs epochs() {
    return epochs;
  }

  /** What closes the lowest open epoch, if it can be closed. */
  Optional<Closing> next() {
    return epochs.next(witnesses.complete());
  }
}
