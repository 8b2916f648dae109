package io.verillm.streams.audit;

import io.verillm.events.Cosignature;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.RemainingCosignature;
import io.verillm.events.Seal;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Cosigning;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.shard.Inbox;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The public topics while a run is made, with their sealer and two witnesses. */
final class RunLog {
  static final List<String> WITNESSES = List.of("one", "two");

  final Catalogue catalogue = Catalogue.of(2);

  /** Versions of schemas with which events are written that others wrote before, by event. */
  private final Map<String, Integer> versions;

  private final Map<LogPartition, List<SignedRecord>> records = new TreeMap<>();
  private SealState state =
      SealState.start(
          catalogue.publicInputs().stream().flatMap(PublicTopics::partitions).sorted().toList());

  /** Sealed and not closed yet, for want of a witness. */
  private @Nullable Cosigned awaited;

  RunLog() {
    this(Map.of());
  }

  RunLog(Map<String, Integer> versions) {
    this.versions = versions;
  }

  private byte[] encode(SpecificRecord event) {
    Integer version = versions.get(event.getSchema().getName());
    return version == null ? EventCodec.encode(event) : OldEvents.encode(event, version);
  }

  /** Appends an event; the key of a topic of shards is the shard. */
  SignedRecord post(String signer, Topic topic, int partition, byte[] key, SpecificRecord event) {
    return append(RunKeys.signer(signer).sign(topic.name(), partition, key, encode(event)));
  }

  /** Appends a record; every third offset is taken by a transaction's marker. */
  SignedRecord append(SignedRecord record) {
    List<SignedRecord> partition =
        records.computeIfAbsent(
            new LogPartition(record.topic(), record.partition()), p -> new ArrayList<>());
    long offset = partition.isEmpty() ? 0 : partition.getLast().offset() + 1;
    SignedRecord placed =
        new SignedRecord(
            record.topic(),
            record.partition(),
            offset + (offset % 3 == 2 ? 1 : 0),
            record.key(),
            record.value(),
            record.signer(),
            record.signature());
    partition.add(placed);
    return placed;
  }

  /** Appends to the registry and copies to every shard. */
  void register(String signer, SpecificRecord event) {
    SignedRecord record = post(signer, catalogue.registry(), 0, RegistrySubject.of(event), event);
    everywhere(
        Signers.COORDINATOR,
        new RegistryUpdate(
            record.offset(),
            Wire.buffer(record.key()),
            Wire.buffer(record.value()),
            record.signer(),
            Wire.buffer(record.signature())));
  }

  /** Appends to every shard's spine. */
  void everywhere(String signer, SpecificRecord event) {
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      post(signer, catalogue.shardInputs(), shard, RecordKeys.shard(shard), event);
    }
  }

  List<SignedRecord> of(Topic topic, int partition) {
    return List.copyOf(records.getOrDefault(new LogPartition(topic.name(), partition), List.of()));
  }

  Inbox inbox(int shard) {
    ReplayInbox inbox = new ReplayInbox();
    catalogue.publicInputs().forEach(topic -> of(topic, shard).forEach(inbox::add));
    return inbox;
  }

  /**
   * A seal that witnesses cosigned.
   *
   * @param record it, as it lies on the log
   * @param copies their proofs
   */
  private record Cosigned(Seal seal, SignedRecord record, List<CosignatureCopy> copies) {}

  /** Seals what is new, lets the witnesses cosign, and closes the epoch. */
  void close(long timeMillis) {
    close(seal(timeMillis, WITNESSES));
  }

  /** Seals what is new without a witness; the seal shows that it withheld from the one before. */
  void closeWithout(String witness, long timeMillis) {
    Cosigned next =
        seal(timeMillis, WITNESSES.stream().filter(other -> !other.equals(witness)).toList());
    if (awaited != null) {
      everywhere(
          Signers.SEALER,
          new WitnessRemoved(
              awaited.seal().getEpoch(),
              witness,
              next.seal().getEpoch(),
              Wire.buffer(next.record().value()),
              Wire.buffer(next.record().signature()),
              next.copies().stream()
                  .map(copy -> new RemainingCosignature(copy.getWitness(), copy.getProof()))
                  .toList()));
      close(awaited);
    }
    awaited = next;
  }

  private void close(Cosigned epoch) {
    everywhere(
        Signers.SEALER,
        new EpochClosed(
            epoch.seal().getEpoch(),
            Wire.buffer(epoch.record().value()),
            Wire.buffer(epoch.record().signature()),
            epoch.copies()));
  }

  private Cosigned seal(long timeMillis, List<String> cosigning) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    state
        .chain()
        .ends()
        .forEach((partition, end) ->
            leaves.put(
                partition,
                records.getOrDefault(partition, List.of()).stream()
                    .filter(record -> record.offset() >= end)
                    .map(LogLeaf::of)
                    .toList()));
    EpochRecords epoch = EpochRecords.of(leaves);
    Signer sealer = RunKeys.signer(Signers.SEALER).key();
    Seal seal = state.seal(epoch, timeMillis, sealer);
    byte[] key = RecordKeys.epoch(seal.getEpoch());
    SignedRecord record = post(Signers.SEALER, catalogue.seals(), 0, key, seal);
    state = SealCheck.check(state, record.value(), epoch).sound().orElseThrow();
    List<CosignatureCopy> copies = new ArrayList<>();
    for (String witness : cosigning) {
      Cosignature cosignature =
          Cosigning.cosign(
              witness,
              RunKeys.signer(Signers.witness(witness)).key(),
              RunKeys.vrf(witness),
              record.value(),
              seal,
              sealer.publicKey(),
              timeMillis / 1_000);
      for (int shard = 0; shard < catalogue.shards(); shard++) {
        post(Signers.witness(witness), catalogue.cosignatures(), shard, key, cosignature);
      }
      copies.add(new CosignatureCopy(witness, cosignature.getProof()));
    }
    return new Cosigned(seal, record, copies);
  }

  MemoryRecords recorded() {
    return new MemoryRecords(catalogue.shards(), records);
  }
}
