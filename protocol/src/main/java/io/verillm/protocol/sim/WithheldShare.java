package io.verillm.protocol.sim;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.RemainingCosignature;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.shard.Shard;
import io.verillm.protocol.sim.LogAttacks.Ending;
import io.verillm.protocol.sim.LogAttacks.Result;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * A witness that keeps its share of an epoch back, because it likes the draw without it better. The
 * sealer asks the shard to close the epoch without it, with one later seal after another.
 */
final class WithheldShare {
  private final FinishedRun run;
  private final Shard shard;

  private WithheldShare(FinishedRun run) {
    this.run = run;
    this.shard = new Shard(SimLog.TOPICS, 0, new SimCoordinator(run.keys(), 0), run.keys().suite());
  }

  static Result of(FinishedRun run) {
    return new WithheldShare(run).played();
  }

  private Result played() {
    List<EpochClosed> epochs = run.epochs();
    EpochClosed first = epochs.getFirst();
    for (SignedRecord record : run.spine()) {
      if (FinishedRun.event(record).equals(first)) {
        break;
      }
      shard.apply(record, run.log());
    }
    for (EpochClosed later : epochs.subList(1, epochs.size())) {
      long ticks = tick(later) - tick(first);
      if (closesWithout(first, later)) {
        return new Result(
            ticks >= Removal.TICKS ? Ending.TOLERATED : Ending.NOT_FOUND,
            "closed without it behind %d ticks, not before %d, and not fined; which of two draws it is brings its friends %s"
                .formatted(ticks, Removal.TICKS, Grinding.byWitness()));
      }
    }
    return new Result(Ending.NOT_FOUND, "the log stands still");
  }

  private static long tick(EpochClosed epoch) {
    return FinishedRun.seal(epoch).getTimeMillis() / ClosedEpoch.TICK_MILLIS;
  }

  /** Whether a shard closes an epoch without its first witness, as a later seal allows. */
  private boolean closesWithout(EpochClosed epoch, EpochClosed later) {
    String withholds = epoch.getCosignatures().getFirst().getWitness();
    spine(
        new WitnessRemoved(
            epoch.getEpoch(),
            withholds,
            later.getEpoch(),
            later.getSeal(),
            later.getSealSignature(),
            others(later).stream()
                .map(c -> new RemainingCosignature(c.getWitness(), c.getProof()))
                .toList()));
    spine(EpochClosed.newBuilder(epoch).setCosignatures(others(epoch)).build());
    return shard.nextEpoch() > epoch.getEpoch();
  }

  private static List<CosignatureCopy> others(EpochClosed epoch) {
    return epoch.getCosignatures().subList(1, epoch.getCosignatures().size());
  }

  private void spine(SpecificRecord event) {
    SimLog log = run.log();
    shard.apply(log.signed(Signers.SEALER, SimLog.TOPICS.spine(), log.spineEnd(), event), log);
  }
}
