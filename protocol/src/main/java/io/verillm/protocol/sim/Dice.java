package io.verillm.protocol.sim;

import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.Manner;
import java.util.SplittableRandom;

/**
 * What workers do by chance. It depends on seed, request and worker alone, so that runs with other
 * keys but the same draws do the same.
 *
 * @param seed of the run
 * @param outliers share of honest computations that others cannot follow
 */
record Dice(long seed, double outliers) {
  SplittableRandom of(SimulatedRequest request, Effect.Assign assign) {
    return drawn(21, request, assign);
  }

  /** How a segment comes out: honest work may fail, whatever else was meant is done. */
  Manner of(Manner meant, SimulatedRequest request, Effect.Assign assign) {
    return meant.isHonest() && fails(request, assign)
        ? Manner.ofRows(Computation.OUTLIER, 1)
        : meant;
  }

  /** The same of the rows of a check. */
  CheckerPlan.Rows of(CheckerPlan.Rows meant, SimulatedRequest request, Effect.Assign assign) {
    return meant.equals(CheckerPlan.HONEST.rows()) && fails(request, assign)
        ? new CheckerPlan.Rows.Computed(Computation.OUTLIER)
        : meant;
  }

  private boolean fails(SimulatedRequest request, Effect.Assign assign) {
    return drawn(23, request, assign).nextDouble() < outliers;
  }

  private SplittableRandom drawn(int purpose, SimulatedRequest request, Effect.Assign assign) {
    return Noise.of(
        seed,
        purpose,
        request.number(),
        assign.worker().hashCode(),
        assign.round(),
        assign.attempt());
  }
}
