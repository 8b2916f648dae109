package io.verillm.protocol.sim;

import io.verillm.protocol.shard.Effect;
import java.util.SplittableRandom;

/**
 * What workers do by chance. It depends on seed, request and worker alone, so that runs with other
 * keys but the same draws do the same.
 *
 * @param seed of the run
 */
record Dice(long seed) {
  SplittableRandom of(SimulatedRequest request, Effect.Assign assign) {
    return Noise.of(
        seed, 21, request.number(), assign.worker().hashCode(), assign.round(), assign.attempt());
  }
}
