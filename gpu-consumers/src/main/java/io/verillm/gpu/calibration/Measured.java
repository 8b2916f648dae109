package io.verillm.gpu.calibration;

import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.check.TokenStatistics;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.LogitUnits;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.TokenEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
  void rows(Generation author, Generation checker, int promptLength) {
    for (int position = promptLength; position < author.trace().size(); position++) {
      for (int boundary = 0; boundary < boundaries; boundary++) {
        long distance =
            CalibratedRows.statistic(
                    checker.trace().row(position, boundary), author.trace().row(position, boundary))
                .orElse(Long.MAX_VALUE);
        highestRows[boundary] = Math.max(highestRows[boundary], distance);
        lowestRows[boundary] = Math.min(lowestRows[boundary], distance);
      }
    }
  }

  /** How far any two logits of the same token lie apart. */
  void logits(Generation author, Generation checker) {
    for (int i = 0; i < author.logits().size(); i++) {
      float[] one = author.logits().get(i);
      float[] other = checker.logits().get(i);
      for (int token = 0; token < one.length; token++) {
        long units = LogitUnits.of(Math.abs((double) one[token] - other[token]));
        highestLogit = Math.max(highestLogit, units);
      }
    }
  }

  /** Judges the author's tokens as the checker does. */
  void tokens(
      Generation checker,
      int promptLength,
      int eosId,
      SamplingParameters sampling,
      Hash seed,
      CandidateBand band,
      int clip) {
    List<TokenEvidence> entries = new ArrayList<>();
    int size = checker.trace().size();
    for (int position = promptLength; position < size; position++) {
      entries.add(
          TokenEvidence.of(
              checker.logits().get(position - promptLength),
              sampling,
              seed,
              position,
              checker.trace().tokenId(position),
              band));
    }
    TokenEvidence end =
        TokenEvidence.of(checker.logits().getLast(), sampling, seed, size, eosId, band);
    TokenStatistics statistics =
        TokenStatistics.of(EvidenceVector.of(entries, end), 0, entries.size(), clip);
    long margin = Math.max(statistics.maximumMargin(), checker.ended() ? end.margin() : 0);
    highestMean = Math.max(highestMean, statistics.meanMargin());
    highestMargin = Math.max(highestMargin, margin);
    // Cheaper weights that chose every token as the model would have changed nothing that tokens
    // could show.
    if (margin > 0) {
      lowestMean = Math.min(lowestMean, statistics.meanMargin());
      lowestMargin = Math.min(lowestMargin, margin);
    }
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
