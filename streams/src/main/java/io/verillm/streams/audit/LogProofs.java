package io.verillm.streams.audit;

import io.verillm.events.Cosignature;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.Checkpoint;
import io.verillm.protocol.log.ConsistencyProof;
import io.verillm.protocol.log.Cosigning;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.InclusionProof;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.LogTree;
import io.verillm.protocol.log.NoteKey;
import io.verillm.protocol.log.NoteSignature;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.log.SignedCheckpoint;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Catalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The proofs that a reader of the log can hand out: checkpoints that its witnesses cosigned, and
 * that a record lies in one. Made from the records alone, and only as far as the seals fit them.
 */
public final class LogProofs {
  private final Catalogue catalogue;
  private final PublicRecords records;
  private final RegistrySnapshot registry;
  private final RegisteredCoordinator coordinator;
  private final LogTree tree = new LogTree();
  private final NavigableMap<Long, SignedCheckpoint> checkpoints = new TreeMap<>();

  private LogProofs(RecordSource source) {
    this.catalogue = Catalogue.of(source.shards());
    this.records = new PublicRecords(source);
    RegistrySnapshot read = RegistrySnapshot.empty();
    for (SignedRecord record : records.of(catalogue.registry(), 0)) {
      read = read.apply(record).snapshot();
    }
    this.registry = read;
    this.coordinator =
        registry
            .coordinator()
            .orElseThrow(() -> new IllegalStateException("the log has no coordinator yet"));
    follow();
  }

  /**
   * Reads a log.
   *
   * @throws IllegalStateException if nobody has registered as its coordinator
   */
  public static LogProofs of(RecordSource source) {
    return new LogProofs(source);
  }

  private void follow() {
    Map<LogPartition, NavigableMap<Long, LogLeaf>> leaves = leaves();
    Map<Hash, List<Cosignature>> cosignatures = cosignatures();
    SealState state = SealState.start(leaves.keySet());
    for (SignedRecord record : records.of(catalogue.seals(), 0)) {
      Optional<Seal> seal =
          EventVerifier.fault(record, Optional.of(coordinator.key())).isEmpty()
              ? SealCheck.decode(record.value())
                  .then(found -> SealCheck.checkpoint(found, coordinator.key()))
                  .sound()
              : Optional.empty();
      if (seal.isEmpty() || seal.get().getEpoch() != state.chain().nextEpoch()) {
        continue;
      }
      EpochRecords own = own(leaves, seal.get());
      Checked<SealState> next = SealCheck.check(state, record.value(), own);
      if (next.sound().isEmpty()) {
        return;
      }
      state = next.sound().get();
      tree.append(own);
      checkpoints.put(seal.get().getEpoch(), signed(seal.get(), record, cosignatures));
    }
  }

  private Map<LogPartition, NavigableMap<Long, LogLeaf>> leaves() {
    Map<LogPartition, NavigableMap<Long, LogLeaf>> leaves = new TreeMap<>();
    catalogue.publicInputs().stream()
        .flatMap(PublicTopics::partitions)
        .forEach(partition -> {
          NavigableMap<Long, LogLeaf> own = new TreeMap<>();
          leaves.put(partition, own);
          records.each(partition, record -> own.put(record.offset(), LogLeaf.of(record)));
        });
    return leaves;
  }

  private Map<Hash, List<Cosignature>> cosignatures() {
    Map<Hash, List<Cosignature>> found = new HashMap<>();
    for (SignedRecord record : records.of(catalogue.cosignatures(), 0)) {
      if (PublicRecords.event(record).orElse(null) instanceof Cosignature cosignature
          && cosignature.getSealHash().remaining() == Hash.LENGTH) {
        found
            .computeIfAbsent(Wire.hash(cosignature.getSealHash()), hash -> new ArrayList<>())
            .add(cosignature);
      }
    }
    return found;
  }

  private static EpochRecords own(
      Map<LogPartition, NavigableMap<Long, LogLeaf>> leaves, Seal seal) {
    Map<LogPartition, List<LogLeaf>> own = new HashMap<>();
    for (SealedRange range : seal.getRanges()) {
      LogPartition partition = new LogPartition(range.getTopic(), range.getPartition());
      long end = Math.max(range.getStart(), range.getEnd());
      own.put(
          partition,
          List.copyOf(
              leaves
                  .getOrDefault(partition, new TreeMap<>())
                  .subMap(range.getStart(), true, end, false)
                  .values()));
    }
    return EpochRecords.of(own);
  }

  private SignedCheckpoint signed(
      Seal seal, SignedRecord record, Map<Hash, List<Cosignature>> cosignatures) {
    Checkpoint checkpoint = Checkpoint.of(seal, coordinator.key());
    NoteSignature log =
        NoteKey.ofLog(coordinator.key()).signature(Wire.bytes(seal.getCheckpointSignature()));
    Hash sealHash = Beacon.sealHash(record.value());
    Map<String, NoteSignature> lines = new TreeMap<>();
    cosignatures
        .getOrDefault(sealHash, List.of())
        .forEach(cosignature ->
            Optional.ofNullable(registry.witnesses().get(cosignature.getWitness()))
                .flatMap(w -> Cosigning.line(cosignature, w.key(), checkpoint))
                .ifPresent(line -> lines.putIfAbsent(line.name(), line)));
    return new SignedCheckpoint(
        checkpoint, Stream.concat(Stream.of(log), lines.values().stream()).toList());
  }

  /** The keys that sign checkpoints: the log's first, then those of the named witnesses. */
  public List<NoteKey> keys() {
    return Stream.concat(
            Stream.of(NoteKey.ofLog(coordinator.key())),
            coordinator.witnesses().stream().map(w -> NoteKey.ofWitness(w.id(), w.key())))
        .toList();
  }

  /** The last epoch whose seal every named witness cosigned, or the last at all; empty for none. */
  public Optional<Long> lastEpoch() {
    int all = 1 + coordinator.witnesses().size();
    return checkpoints.descendingMap().entrySet().stream()
        .filter(entry -> entry.getValue().signatures().size() >= all)
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() -> checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.lastKey()));
  }

  /** The checkpoint of an epoch; empty if there is none, or the seals before it do not fit. */
  public Optional<SignedCheckpoint> checkpoint(long epoch) {
    return Optional.ofNullable(checkpoints.get(epoch));
  }

  /** The first epoch whose checkpoint holds a record; empty if none does. */
  public Optional<Long> epochOf(LogPartition partition, long offset) {
    return checkpoints.entrySet().stream()
        .filter(entry -> holds(partition, offset, entry.getValue().checkpoint()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private boolean holds(LogPartition partition, long offset, Checkpoint checkpoint) {
    return tree.indexOf(partition, offset).filter(i -> i < checkpoint.size()).isPresent();
  }

  /**
   * The proof that a record lies in a checkpoint.
   *
   * @throws IllegalArgumentException if it does not
   */
  public InclusionProof inclusion(LogPartition partition, long offset, Checkpoint checkpoint) {
    return tree.inclusion(partition, offset, checkpoint.size());
  }

  /**
   * The proof that a later checkpoint continues an earlier one.
   *
   * @throws IllegalArgumentException if it is not later
   */
  public ConsistencyProof consistency(Checkpoint earlier, Checkpoint later) {
    return tree.consistency(earlier.size(), later.size());
  }
}
