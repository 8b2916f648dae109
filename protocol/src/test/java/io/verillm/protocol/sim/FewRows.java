package io.verillm.protocol.sim;

import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;
import java.util.TreeSet;

/**
 * How often wrong rows at a fifth of the positions are accepted: if round 1 opens none of them.
 * What it opens, round 2 opens again.
 */
final class FewRows {
  private static final double SHARE = 0.2;

  private FewRows() {}

  /** The chance over all texts of a seed, each asked as often. */
  static double missed(long seed) {
    World world = new World(seed, Distributions.builtIn());
    double missed = 0;
    for (int script = 0; script < World.SCRIPTS; script++) {
      missed += missed(world.answer(script, Manner.ofRows(Computation.INT4, SHARE)));
    }
    return missed / World.SCRIPTS;
  }

  private static double missed(Answer answer) {
    TreeSet<Integer> wrong = wrong(answer);
    int size = answer.size() - World.PROMPT_LENGTH;
    // First, last and one position of the prompt are always opened; the rest is drawn.
    int fixed =
        (wrong.contains(World.PROMPT_LENGTH) ? 1 : 0) + (wrong.contains(answer.size() - 1) ? 1 : 0);
    int drawn = PositionDraw.POSITIONS_PER_PART - 3;
    return fixed > 0 ? 0 : Seats.drawn(size - 2, wrong.size(), drawn, 0);
  }

  private static TreeSet<Integer> wrong(Answer answer) {
    TreeSet<Integer> wrong = new TreeSet<>();
    View author = answer.author(0);
    View checker = answer.checker(Computation.HONEST, EvidenceClaim.COMPUTED, 0);
    for (int position = 0; position < answer.size(); position++) {
      if (CalibratedRows.statistic(row(checker, position), row(author, position)).getAsLong()
          > SimulatedModel.ROW_OK) {
        wrong.add(position);
      }
    }
    return wrong;
  }

  private static Row row(View view, int position) {
    return view.open(position, 0).checked().rows().getFirst().row(RowType.FP32);
  }
}
