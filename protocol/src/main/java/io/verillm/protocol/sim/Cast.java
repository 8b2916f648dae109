package io.verillm.protocol.sim;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * Who takes part in a run.
 *
 * @param workers by id
 * @param sentinels ids of those who plant flags; none in a run without flags
 */
record Cast(SortedMap<String, Worker> workers, List<String> sentinels) {
  private static final int WORKERS_MIN = 60;

  Cast {
    workers = Collections.unmodifiableSortedMap(workers);
    sentinels = List.copyOf(sentinels);
  }

  static Cast of(SimulationSettings settings) {
    SortedMap<String, Worker> workers = Population.of(settings, WORKERS_MIN);
    return new Cast(
        workers,
        workers.values().stream()
            .filter(w -> settings.flags().any() && !w.behaviour().cheatsAsAuthor())
            .map(Worker::id)
            .toList());
  }

  /** The same, but those that behave so are honest; who plants flags stays as it was. */
  Cast reformed(String behaviour) {
    return new Cast(Population.reformed(workers, behaviour), sentinels);
  }
}
