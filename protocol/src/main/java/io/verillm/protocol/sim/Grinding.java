package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.sim.LogAttacks.Result;
import java.util.List;
import java.util.stream.IntStream;

/** Somebody with three workers in ten that takes the draw that it likes best of several. */
final class Grinding {
  private static final int WORKERS = 60;
  private static final int ALLIES = 18;
  private static final int CUTS = 16;
  private static final int DRAWS = 400;
  private static final int SEATS = 3;

  private Grinding() {}

  /** A sealer tries so many cuts. With one honest witness it cannot know what a cut will draw. */
  static Result bySealer() {
    double blind = allies(CUTS, false);
    double fair = fair();
    // Four standard errors of such a share.
    double noise = 4 * Math.sqrt(fair * (1 - fair) / (SEATS * DRAWS));
    return Result.of(
        Math.abs(blind - fair) < noise,
        "of the seats %.3f fall to its workers with one honest witness, %.3f with none, for %.3f of the stake"
            .formatted(blind, allies(CUTS, true), fair));
  }

  /** What a witness has that may choose between two draws, since it knows all other shares. */
  static String byWitness() {
    return "%.3f of the seats, for %.3f of the stake".formatted(allies(2, true), fair());
  }

  private static double fair() {
    return (double) ALLIES / WORKERS;
  }

  /** Share of the seats that allies have if somebody takes the best of so many draws. */
  private static double allies(int cuts, boolean seeing) {
    List<Candidate> candidates =
        IntStream.range(0, WORKERS).mapToObj(i -> new Candidate("w-%04d".formatted(i), 1)).toList();
    long seats = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      Hash best = cut(draw, 0);
      for (int cut = 1; cut < cuts; cut++) {
        Hash next = cut(draw, cut);
        best = allied(next, candidates) > allied(best, candidates) ? next : best;
      }
      // What the sealer could compute is the draw only if no witness adds what it does not know.
      Hash drawn = seeing ? best : HashInput.of("witness").add(best).hash();
      seats += allied(drawn, candidates);
    }
    return (double) seats / (SEATS * DRAWS);
  }

  private static Hash cut(int draw, int cut) {
    return HashInput.of("cut").add(draw).add(cut).hash();
  }

  private static long allied(Hash drawn, List<Candidate> candidates) {
    return CommitteeDraw.draw(drawn, candidates, SEATS).stream()
        .filter(w -> Integer.parseInt(w.substring(2)) < ALLIES)
        .count();
  }
}
