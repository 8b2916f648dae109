package io.verillm.protocol.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs that coalitions are set beside: those in which their members are honest. Where nobody else
 * deviates it is the same run for many coalitions, and played once for all of them.
 */
public final class HonestRuns {
  private final Map<Asked, Holdings> played = new HashMap<>();

  /** Such a run: its crowd is the cast. */
  private record Asked(SimulationSettings settings, Cast cast) {}

  /** None played yet. */
  public HonestRuns() {}

  /** What such a run leaves. Who asks for it while it is played waits. */
  synchronized Holdings of(SimulationSettings settings, Cast cast, Supplier<Holdings> run) {
    Asked asked = new Asked(settings.with(0, Map.of()), cast);
    Holdings known = played.get(asked);
    if (known == null) {
      known = run.get();
      played.put(asked, known);
    }
    return known;
  }
}
