package io.verillm.protocol.sim;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.fraud.Fraud;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.sim.LogAttacks.Result;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sealer whose seals are not over the log, as each witness sees them. */
final class SealerAttacks {
  private final FinishedRun run;
  private final boolean acting;
  private final List<Seal> seals;

  /**
   * On a run.
   *
   * @param acting false to seal as the honest do
   */
  SealerAttacks(FinishedRun run, boolean acting) {
    this.run = run;
    this.acting = acting;
    this.seals = run.epochs().stream().map(FinishedRun::seal).toList();
  }

  /** The first epoch with several commitments, sealed without the first of them. */
  Result dropsRecord() {
    LogPartition commitments = new LogPartition(SimLog.TOPICS.commitments(), 0);
    for (Seal seal : seals.subList(1, seals.size())) {
      Map<LogPartition, List<LogLeaf>> leaves = run.leaves(seal);
      EpochRecords own = EpochRecords.of(leaves);
      List<LogLeaf> held = leaves.getOrDefault(commitments, List.of());
      if (held.size() > 1) {
        if (acting) {
          leaves.put(commitments, held.subList(1, held.size()));
        }
        SealState before = before(seal);
        Seal made = before.seal(EpochRecords.of(leaves), seal.getTimeMillis());
        List<SignedRecord> records = new ArrayList<>(List.of(sealed(previous(seal)), sealed(made)));
        records.addAll(run.records(seal));
        return SealCheck.check(before, EventCodec.encode(made), own)
            .refusal()
            .map(fault ->
                run.convicted(Fraud.FALSE_SEAL, records).and(true, "witnesses refuse: " + fault))
            .orElseGet(
                () -> run.convicted(Fraud.FALSE_SEAL, records).and(false, "witnesses cosign"));
      }
    }
    throw new IllegalStateException("no epoch with commitments");
  }

  /** Each of two witnesses is shown a seal of its own; then all that is signed lies on the log. */
  Result forks() {
    Seal seal = seals.getLast();
    Seal other = acting ? later(seal, 1) : seal;
    List<CosignatureCopy> cosignatures =
        List.of(
            cosigned(Simulation.WITNESSES.getFirst(), seal),
            cosigned(Simulation.WITNESSES.getLast(), other));
    boolean closes =
        Stream.of(seal, other).anyMatch(one -> closed(one, cosignatures).sound().isPresent());
    return run.convicted(Fraud.FORK, List.of(sealed(seal), sealed(other)))
        .and(!closes, closes ? "the epoch closes" : "with one cosignature each neither closes");
  }

  /** What a witness that sees one seal of its epoch alone says to it. */
  private CosignatureCopy cosigned(String witness, Seal seal) {
    byte[] value = EventCodec.encode(seal);
    SealCheck.check(before(seal), value, EpochRecords.of(run.leaves(seal))).sound().orElseThrow();
    byte[] hash = Beacon.sealHash(value).bytes();
    return new CosignatureCopy(
        witness, Wire.buffer(run.keys().prove(Signers.witness(witness), hash).bytes()));
  }

  private Checked<ClosedEpoch> closed(Seal seal, List<CosignatureCopy> cosignatures) {
    Map<String, VrfPublicKey> witnesses =
        Simulation.WITNESSES.stream()
            .collect(
                Collectors.toMap(
                    id -> id,
                    id ->
                        run.keys()
                            .suite()
                            .vrfKey(run.keys().vrfKey(Signers.witness(id)))
                            .orElseThrow()));
    SignedRecord record = sealed(seal);
    return new EpochVerifier(
            SimLog.TOPICS.seals(), run.keys().signer(Signers.COORDINATOR).publicKey(), witnesses)
        .verify(
            before(seal).chain(),
            new EpochClosed(
                seal.getEpoch(),
                Wire.buffer(record.value()),
                Wire.buffer(record.signature()),
                cosignatures));
  }

  /** The last epoch, sealed just further ahead of the witnesses' clocks than is allowed. */
  Result wrongClock() {
    Seal seal = seals.getLast();
    long clock = seal.getTimeMillis();
    Seal made = later(seal, SealCheck.CLOCK_MILLIS_MAX + (acting ? 1 : 0));
    List<SignedRecord> records = new ArrayList<>(List.of(sealed(made)));
    for (String witness : Simulation.WITNESSES) {
      SealCheck.time(made, clock)
          .map(fault ->
              new SealRefused(
                  made.getEpoch(),
                  witness,
                  Wire.buffer(Beacon.sealHash(EventCodec.encode(made))),
                  fault.name(),
                  clock))
          .ifPresent(refused ->
              records.add(
                  run.log()
                      .signed(Signers.witness(witness), SimLog.TOPICS.cosignatures(), 0, refused)));
    }
    return run.convicted(Fraud.WRONG_CLOCK, records)
        .and(records.size() > 1, "%d witnesses refuse".formatted(records.size() - 1));
  }

  /** The same records sealed with a later time. */
  private Seal later(Seal seal, long millis) {
    return before(seal).seal(EpochRecords.of(run.leaves(seal)), seal.getTimeMillis() + millis);
  }

  private Seal previous(Seal seal) {
    return seals.get((int) seal.getEpoch() - 1);
  }

  private SealState before(Seal seal) {
    Seal previous = previous(seal);
    Hash hash = Beacon.sealHash(EventCodec.encode(previous));
    return SealState.behind(previous, hash).orElseThrow();
  }

  private SignedRecord sealed(Seal seal) {
    return run.log()
        .signed(
            Signers.SEALER,
            SimLog.TOPICS.seals(),
            seal.getEpoch(),
            EpochVerifier.epochKey(seal.getEpoch()),
            seal);
  }
}
