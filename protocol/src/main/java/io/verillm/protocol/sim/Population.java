package io.verillm.protocol.sim;

import io.verillm.protocol.sim.adversary.Gallery;
import io.verillm.protocol.sim.party.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who takes part: shares of the workers, rounded down but to one at least, the rest honest. */
final class Population {
  private static final int SIZE_MAX = 800;
  private static final int OF_THE_RAREST = 4;
  private static final int ROUNDS = 4;

  private Population() {}

  /**
   * The workers of a run, by id.
   *
   * @throws IllegalArgumentException if a behaviour is unknown or nobody is left to be honest
   */
  static SortedMap<String, Worker> of(SimulationSettings settings, int least) {
    int size = Math.max(size(settings), least);
    List<Behaviour> behaviours = new ArrayList<>();
    fill(behaviours, Gallery.BYZANTINE, settings.crowd().byzantine(), size);
    for (Map.Entry<String, Double> entry : new TreeMap<>(settings.crowd().named()).entrySet()) {
      Behaviour behaviour =
          Optional.ofNullable(Gallery.all().get(entry.getKey()))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "no adversary '%s'; there are %s"
                          .formatted(entry.getKey(), Gallery.all().keySet())));
      fill(behaviours, behaviour, entry.getValue(), size);
    }
    if (behaviours.size() >= size) {
      throw new IllegalArgumentException(
          "none of %d workers is left to be honest, whom would the others be compared with?"
              .formatted(size));
    }
    SortedMap<String, Worker> workers = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      Behaviour behaviour = i < behaviours.size() ? behaviours.get(i) : Gallery.HONEST_WORKER;
      String id = "w-%04d".formatted(i);
      // Everybody who behaves alike is of one coalition, the honest of none.
      int coalition = behaviour.equals(Gallery.HONEST_WORKER) ? 0 : behaviour.name().hashCode();
      workers.put(id, new Worker(id, behaviour, coalition));
    }
    return workers;
  }

  /** The same workers, but those that behave so are honest. */
  static SortedMap<String, Worker> reformed(SortedMap<String, Worker> workers, String behaviour) {
    SortedMap<String, Worker> reformed = new TreeMap<>(workers);
    reformed.replaceAll((id, worker) ->
        worker.behaviour().name().equals(behaviour)
            ? new Worker(id, Gallery.HONEST_WORKER, 0)
            : worker);
    return reformed;
  }

  /** Large enough for two rounds, and for some workers of the rarest kind. */
  private static int size(SimulationSettings settings) {
    double rarest =
        settings.crowd().named().values().stream()
            .filter(share -> share > 0)
            .mapToDouble(Double::doubleValue)
            .min()
            .orElse(1);
    int forRarest = (int) Math.min(SIZE_MAX, Math.ceil(OF_THE_RAREST / rarest));
    return Math.max(ROUNDS * (2 * settings.committee() + 1), forRarest);
  }

  private static void fill(
      List<Behaviour> behaviours, Behaviour behaviour, double share, int size) {
    if (share > 0) {
      int count = Math.max(1, (int) Math.floor(share * size + 1e-9));
      for (int i = 0; i < count; i++) {
        behaviours.add(behaviour);
      }
    }
  }
}
