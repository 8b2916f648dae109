package io.verillm.protocol.receipt;

import io.verillm.events.BondDecided;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.StakeChanged;
import io.verillm.events.WitnessRemoved;
import io.verillm.events.WorkerReady;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the draws of a few cases need of a shard's spine: every registration that changed something,
 * and of what is said again and again only the last word before each epoch that counts.
 */
final class SpineExcerpt {
  private final String registryTopic;
  private final Epochs epochs = new Epochs();
  private final List<SignedRecord> changes = new ArrayList<>();
  private final List<SignedRecord> removals = new ArrayList<>();
  private final List<SignedRecord> escrows = new ArrayList<>();
  private final List<SignedRecord> bonds = new ArrayList<>();
  private final Map<SignedRecord, String> repeated = new LinkedHashMap<>();
  private RegistrySnapshot registry = RegistrySnapshot.empty();

  /** Reads a spine. */
  SpineExcerpt(String registryTopic, List<SignedRecord> spine) {
    this.registryTopic = registryTopic;
    Set<ByteBuffer> known = new HashSet<>();
    spine.forEach(record -> event(record).ifPresent(event -> add(record, event, known)));
  }

  private void add(SignedRecord record, SpecificRecord event, Set<ByteBuffer> known) {
    switch (event) {
      case RegistryUpdate update -> {
        boolean first = registry.coordinator().isEmpty();
        if (first || isSigned(record, Signers.COORDINATOR)) {
          register(record, update, known);
        }
      }
      case EpochClosed closed when isSigned(record, Signers.SEALER) -> epochs.add(record, closed);
      case StakeChanged changed when isSigned(record, Signers.LEDGER) -> {
        changes.add(record);
        repeated.put(record, "stake/" + changed.getWorker());
      }
      case WitnessRemoved removed when isSigned(record, Signers.SEALER) -> removals.add(record);
      case EscrowDecided decided when isSigned(record, Signers.LEDGER) -> escrows.add(record);
      case BondDecided decided when isSigned(record, Signers.LEDGER) -> bonds.add(record);
      default -> {
        // Nothing that a case needs.
      }
    }
  }

  private void register(SignedRecord record, RegistryUpdate update, Set<ByteBuffer> known) {
    SignedRecord original = RegistrySnapshot.original(registryTopic, update);
    RegistrySnapshot.Applied applied = registry.apply(original);
    registry = applied.snapshot();
    if (applied.refused().isPresent()) {
      return;
    }
    if (event(original).orElse(null) instanceof WorkerReady ready) {
      changes.add(record);
      repeated.put(record, "ready/" + ready.getWorker());
    } else if (known.add(ByteBuffer.wrap(original.value()))) {
      changes.add(record);
    }
  }

  private boolean isSigned(SignedRecord record, String signer) {
    return isSigned(record, signer, registry);
  }

  /** Whether a record is signed by whom it must be signed. */
  static boolean isSigned(SignedRecord record, String signer, RegistrySnapshot registry) {
    return record.signer().equals(signer)
        && EventVerifier.fault(record, registry.keyOf(signer)).isEmpty();
  }

  /** The event in a record; empty where there is none. */
  static Optional<SpecificRecord> event(SignedRecord record) {
    try {
      return Optional.of(EventCodec.decode(record.value()));
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }

  Epochs epochs() {
    return epochs;
  }

  /** The registry at the end of the spine. */
  RegistrySnapshot registry() {
    return registry;
  }

  /** The ledger's grant of a request's escrow. */
  Optional<SignedRecord> granted(String requestId) {
    return escrows.stream()
        .filter(r ->
            event(r).orElse(null) instanceof EscrowDecided e
                && e.getGranted()
                && e.getRequestId().equals(requestId))
        .findFirst();
  }

  /** The ledger's answers about bonds, of all requests. */
  List<SignedRecord> bonds() {
    return bonds;
  }

  /** What the sealer says of witnesses that withheld in one of the epochs. */
  List<SignedRecord> removals(Set<Long> counting) {
    return removals.stream()
        .filter(r ->
            event(r).orElse(null) instanceof WitnessRemoved removed
                && counting.contains(removed.getEpoch()))
        .toList();
  }

  /** What excuses the witnesses that did not close an epoch; each once. */
  List<SignedRecord> removals(long epoch) {
    Set<ByteBuffer> seen = new HashSet<>();
    return removals.stream()
        .filter(r ->
            event(r).orElse(null) instanceof WitnessRemoved removed && removed.getEpoch() == epoch)
        .filter(r -> seen.add(ByteBuffer.wrap(r.value())))
        .toList();
  }

  /** Registrations and stakes as the given epochs meet them. */
  List<SignedRecord> before(NavigableSet<Long> counting) {
    Map<String, SignedRecord> last = new LinkedHashMap<>();
    for (SignedRecord record : changes) {
      Optional<Long> window = epochs.of(record).map(counting::ceiling);
      if (window.isPresent()) {
        String what = repeated.getOrDefault(record, "at " + record.offset());
        last.put(window.get() + " " + what, record);
      }
    }
    return List.copyOf(last.values());
  }
}
