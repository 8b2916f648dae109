package io.verillm.protocol.sim;

import java.util.Collection;
import java.util.List;

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
public record Coalition(Estimate gain, double total, double treasury) {

  static Coalition of(Collection<String> members, Holdings acting, Holdings honest) {
    List<Estimate.Cell> cells =
        members.stream()
            .map(id ->
                new Estimate.Cell(
                    acting.workers().get(id) - honest.workers().get(id), honest.tasks().get(id)))
            .toList();
    return new Coalition(
        Estimate.ofCells(cells),
        cells.stream().mapToDouble(Estimate.Cell::sum).sum(),
        acting.treasury() - honest.treasury());
  }
}
