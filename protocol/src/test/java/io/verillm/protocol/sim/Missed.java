package io.verillm.protocol.sim;

import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How often what is wrong about a segment shows nowhere, so that it is accepted. */
final class Missed {
  private static final double SHARE = 0.2;

  private Missed() {}

  /**
   * Where rows are wrong at a fifth of the positions: if round 1 opens none of them. What it opens,
   * round 2 opens again.
   */
  static double fewRows(long seed) {
    return mean(seed, Manner.ofRows(Computation.INT4, SHARE), Missed::missed);
  }

  /** Where tokens are not the model's: if it would have chosen each of them too. */
  static double ownTokens(long seed, Computation computation) {
    return mean(seed, Manner.thenPrefilled(computation), answer -> isOwnChoice(answer) ? 1 : 0);
  }

  /** Over all texts of a seed, each asked as often. */
  private static double mean(long seed, Manner manner, ToDoubleFunction<Answer> chance) {
    World world = new World(seed, Distributions.builtIn());
    return IntStream.range(0, Script.COUNT)
        .mapToObj(script -> world.answer(script, manner))
        .mapToDouble(chance)
        .average()
        .orElseThrow();
  }

  private static boolean isOwnChoice(Answer answer) {
    EvidenceVector evidence =
        answer.checker(Computation.HONEST, EvidenceClaim.COMPUTED, 0).evidence();
    return IntStream.range(0, evidence.tokens())
        .allMatch(i -> evidence.token(i).rankClass() == RankClass.OWN_CHOICE);
  }

  private static double missed(Answer answer) {
    TreeSet<Integer> wrong = wrong(answer);
    int start = answer.prompt().length;
    int size = answer.size() - start;
    // First, last and one position of the prompt are always opened; the rest is drawn.
    int fixed = (wrong.contains(start) ? 1 : 0) + (wrong.contains(answer.size() - 1) ? 1 : 0);
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
