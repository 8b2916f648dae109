package io.verillm.protocol.sim;

import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.fraud.Fraud;
import io.verillm.protocol.fraud.FraudProof;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.shard.Effect;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * An honest run whose whole log is kept, for those who try afterwards what could have been done to
 * it.
 *
 * @param keys of everybody
 * @param log all of it
 * @param published what deciding published, in its order
 */
record FinishedRun(KeyRing keys, SimLog log, List<SpecificRecord> published) {
  private static final int CASES = 24;
  private static final int SEATS = 3;
  private static final double FLAGGED = 0.1;

  static FinishedRun of(long seed) {
    KeyRing keys = new StandInKeys(seed, alpha -> Optional.empty());
    SimLog log = new SimLog(keys, Simulation.WITNESSES, true);
    List<SpecificRecord> published = new ArrayList<>();
    Simulation.record(
        SimulationSettings.of(seed, CASES, SEATS).withFlags(FLAGGED, FLAGGED),
        keys,
        log,
        effect -> {
          if (effect instanceof Effect.Publish publish) {
            published.add(publish.event());
          }
        },
        new HonestRuns());
    return new FinishedRun(keys, log, List.copyOf(published));
  }

  /** Records of the spine, by offset. */
  List<SignedRecord> spine() {
    return log.all(SimLog.TOPICS.spine());
  }

  /** The record that closed an epoch. */
  SignedRecord closed(long epoch) {
    return spine().stream()
        .filter(record -> event(record) instanceof EpochClosed closed && closed.getEpoch() == epoch)
        .findFirst()
        .orElseThrow();
  }

  List<EpochClosed> epochs() {
    return spine().stream()
        .map(FinishedRun::event)
        .filter(EpochClosed.class::isInstance)
        .map(EpochClosed.class::cast)
        .toList();
  }

  /** What these records of the coordinator prove to whoever knows its key alone. */
  LogAttacks.Result convicted(Fraud fraud, List<SignedRecord> records) {
    SignedRecord registration = log.all(SimLog.TOPICS.registry()).getFirst();
    return new FraudProof(fraud, registration, records)
        .verify(keys.signer(Signers.COORDINATOR).publicKey(), keys.suite())
        .map(proof -> LogAttacks.Result.of(true, "%s proved: %s".formatted(fraud, proof)))
        .orElse(LogAttacks.Result.of(false, "%s not proved".formatted(fraud)));
  }

  /** All records that a seal covers. */
  List<SignedRecord> records(Seal seal) {
    return seal.getRanges().stream()
        .flatMap(r -> log.records(r.getTopic(), r.getStart(), r.getEnd()).stream())
        .toList();
  }

  /** Leaves of all records that a seal covers. */
  Map<LogPartition, List<LogLeaf>> leaves(Seal seal) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    seal.getRanges()
        .forEach(r ->
            leaves.put(
                new LogPartition(r.getTopic(), r.getPartition()),
                log.records(r.getTopic(), r.getStart(), r.getEnd()).stream()
                    .map(LogLeaf::of)
                    .toList()));
    return leaves;
  }

  static SpecificRecord event(SignedRecord record) {
    try {
      return EventCodec.decode(record.value());
    } catch (UndecodableEvent e) {
      throw new IllegalStateException("own record: " + e.getMessage());
    }
  }

  static Seal seal(EpochClosed closed) {
    return SealCheck.decode(Wire.bytes(closed.getSeal())).sound().orElseThrow();
  }
}
