package io.verillm.gpu.calibration;

import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.check.TokenStatistics;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.LogitUnits;
import java.util.Arrays;

/** Extremes over pairs of an author's and a checker's computation. */
final class Measured {
  private final long[] highestRows;
  private final long[] lowestRows;
  private final int boundaries;
  private long highestMean;
  private long lowestMean = Long.MAX_VALUE;
  private long highestMargin;
  private long lowestMargin = Long.MAX_VALUE;
  private long highestLogit;

  Measured(int boundaries) {
    this.boundaries = boundaries;
    this.highestRows = new long[boundaries];
    this.lowestRows = new long[boundaries];
    Arrays.fill(lowestRows, Long.MAX_VALUE);
  }

  /** Compares rows at every position from the prompt's end on: those that an author decoded. */
  void rows(Pair pair) {
    for (int at = pair.promptLength(); at < pair.author().trace().size(); at++) {
      for (int boundary = 0; boundary < boundaries; boundary++) {
        long distance =
            CalibratedRows.statistic(
                    pair.checker().trace().row(at, boundary),
                    pair.author().trace().row(at, boundary))
                .orElse(Long.MAX_VALUE);
        highestRows[boundary] = Math.max(highestRows[boundary], distance);
        lowestRows[boundary] = Math.min(lowestRows[boundary], distance);
      }
    }
  }

  /** How far any two logits of the same token lie apart. */
  void logits(Pair pair) {
    for (int i = 0; i < pair.author().logits().size(); i++) {
      float[] one = pair.author().logits().get(i);
      float[] other = pair.checker().logits().get(i);
      for (int token = 0; token < one.length; token++) {
        long units = LogitUnits.of(Math.abs((double) one[token] - other[token]));
        highestLogit = Math.max(highestLogit, units);
      }
    }
  }

  /** Judges the author's tokens as the checker does. */
  void tokens(Pair pair, int eosId, CandidateBand band, int clip) {
    EvidenceVector evidence = pair.evidence(eosId, band);
    TokenStatistics statistics = TokenStatistics.of(evidence, 0, evidence.tokens(), clip);
    long end = pair.checker().ended() ? evidence.end().margin() : 0;
    long margin = Math.max(statistics.maximumMargin(), end);
    highestMean = Math.max(highestMean, statistics.meanMargin());
    highestMargin = Math.max(highestMargin, margin);
    // Cheaper weights that chose every token as the model would have changed nothing that tokens
    // could show.
    if (statistics.meanMargin() > 0) {
      lowestMean = Math.min(lowestMean, statistics.meanMargin());
    }
    if (margin > 0) {
      lowestMargin = Math.min(lowestMargin, margin);
    }
  }

  /** Adds what another one saw. */
  void add(Measured other) {
    for (int i = 0; i < boundaries; i++) {
      highestRows[i] = Math.max(highestRows[i], other.highestRows[i]);
      lowestRows[i] = Math.min(lowestRows[i], other.lowestRows[i]);
    }
    highestMean = Math.max(highestMean, other.highestMean);
    lowestMean = Math.min(lowestMean, other.lowestMean);
    highestMargin = Math.max(highestMargin, other.highestMargin);
    lowestMargin = Math.min(lowestMargin, other.lowestMargin);
    highestLogit = Math.max(highestLogit, other.highestLogit);
  }

  long highestRow(int boundary) {
    return highestRows[boundary];
  }

  long lowestRow(int boundary) {
    return lowestRows[boundary];
  }

  long highestMean() {
    return highestMean;
  }

  long lowestMean() {
    return lowestMean;
  }

  long highestMargin() {
    return highestMargin;
  }

  long lowestMargin() {
    return lowestMargin;
  }

  long highestLogit() {
    return highestLogit;
  }
}
