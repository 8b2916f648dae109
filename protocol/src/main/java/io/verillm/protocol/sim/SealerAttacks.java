package io.verillm.protocol.sim;

import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealHistory;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.sim.LogAttacks.Result;
import io.verillm.schemas.EventCodec;
import java.util.List;
import java.util.Map;

/** A sealer whose seals are not over the log, as witnesses see them. */
final class SealerAttacks {
  private final FinishedRun run;

  SealerAttacks(FinishedRun run) {
    this.run = run;
  }

  /** The first epoch with commitments, sealed without the first of them. */
  Result dropsRecord() {
    SealState state = SealState.start(run.log().partitions());
    for (EpochClosed closed : run.epochs()) {
      byte[] value = Wire.bytes(closed.getSeal());
      Seal seal = FinishedRun.seal(closed);
      Map<LogPartition, List<LogLeaf>> own = run.leaves(seal);
      LogPartition commitments = new LogPartition(SimLog.TOPICS.commitments(), 0);
      List<LogLeaf> held = own.get(commitments);
      if (held != null && held.size() > 1) {
        own.put(commitments, held.subList(1, held.size()));
        Seal forged = state.seal(EpochRecords.of(own), seal.getTimeMillis());
        own.put(commitments, held);
        return SealCheck.check(state, EventCodec.encode(forged), EpochRecords.of(own))
            .refusal()
            .map(fault -> Result.of(true, "witness: " + fault))
            .orElse(Result.of(false, "the witness cosigned"));
      }
      state = SealCheck.check(state, value, EpochRecords.of(own)).sound().orElseThrow();
    }
    return Result.of(false, "no epoch with commitments");
  }

  Result forks() {
    SealHistory history = new SealHistory(1);
    EpochClosed closed = run.epochs().getFirst();
    Seal seal = FinishedRun.seal(closed);
    history.note(seal.getEpoch(), Beacon.sealHash(Wire.bytes(closed.getSeal())));
    Seal other = Seal.newBuilder(seal).setTimeMillis(seal.getTimeMillis() + 1).build();
    SealHistory.Sighting sighting =
        history.note(seal.getEpoch(), Beacon.sealHash(EventCodec.encode(other)));
    return Result.of(sighting == SealHistory.Sighting.FORK, "two seals of one epoch");
  }

  Result wrongClock() {
    Seal seal = FinishedRun.seal(run.epochs().getLast());
    long now = seal.getTimeMillis() - SealCheck.CLOCK_MILLIS_MAX - 1;
    return SealCheck.time(seal, now)
        .map(fault -> Result.of(true, "witness: " + fault))
        .orElse(Result.of(false, "the witness cosigned"));
  }
}
