package io.verillm.protocol.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a coalition has of acting: the run that it acted in, beside a run of the same seed in which
 * its members were honest and everybody else was as before. Whatever reaches its members counts:
 * pay of friends that the treasury paid for a friend's slash too.
 *
 * @param gain what acting brought its members, in c for each task that they had when honest; the
 *     interval is over members
 * @param total the same, for all of them over the whole run, in c
 * @param treasury what the treasury has more than in the other run, in c
 */
public record Coalition(Estimate gain, Estimate total, double treasury) {

  /**
   * Every coalition of a run, by behaviour.
   *
   * @param acting what the run has left
   * @param honest what it leaves if those that behave so are honest
   */
  static SortedMap<String, Coalition> all(
      Collection<Worker> workers, Holdings acting, Function<String, Holdings> honest) {
    SortedMap<String, List<String>> members = new TreeMap<>();
    workers.stream()
        .filter(w -> w.behaviour().isCoalition())
        .forEach(
            w -> members.computeIfAbsent(w.behaviour().name(), n -> new ArrayList<>()).add(w.id()));
    SortedMap<String, Coalition> all = new TreeMap<>();
    members.forEach((name, ids) -> all.put(name, of(ids, acting, honest.apply(name))));
    return all;
  }

  static Coalition of(Collection<String> members, Holdings acting, Holdings honest) {
    List<Estimate.Cell> cells =
        members.stream()
            .map(id ->
                new Estimate.Cell(
                    acting.workers().get(id) - honest.workers().get(id), honest.tasks().get(id)))
            .toList();
    Estimate gain = Estimate.ofCells(cells);
    return new Coalition(gain, gain.total(), acting.treasury() - honest.treasury());
  }
}
