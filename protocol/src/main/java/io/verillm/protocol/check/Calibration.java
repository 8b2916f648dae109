package io.verillm.protocol.check;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.LogitUnits;
import java.util.List;

/**
 * Measured limits for one model and one pair of numeric profiles; integers only.
 *
 * @param id version, named in verdicts
 * @param modelId hash of the model's manifest
 * @param profileAuthor profile id of the author
 * @param profileChecker profile id of the checker
 * @param rows thresholds by boundary index, the final norm's last
 * @param tokens thresholds of the token test
 * @param band how far honest logits lie apart at the candidates' edge, in {@link LogitUnits}
 * @param clip margins above it count as it in the mean, in {@link LogitUnits}
 */
public record Calibration(
    String id,
    Hash modelId,
    String profileAuthor,
    String profileChecker,
    List<RowThresholds> rows,
    TokenThresholds tokens,
    int band,
    int clip) {

  /** Copies the thresholds and checks the ranges. */
  public Calibration {
    if (id.isEmpty() || rows.size() < 2) {
      throw new IllegalArgumentException(
          "calibration '%s' with %d boundaries".formatted(id, rows.size()));
    }
    rows = List.copyOf(rows);
    LogitUnits.require(band, "a candidate band");
    LogitUnits.require(clip, "a clip");
  }

  /** The band as the sampler takes it. */
  public CandidateBand candidateBand() {
    return new CandidateBand(band);
  }

  /** The same with limits that honest pairs stay far below: see {@link RowThresholds#closer}. */
  public Calibration closer() {
    return new Calibration(
        id,
        modelId,
        profileAuthor,
        profileChecker,
        rows.stream().map(RowThresholds::closer).toList(),
        tokens.closer(),
        band,
        clip);
  }

  /** {@code H("calibration", all fields in order)}, each threshold one field. */
  public Hash hash() {
    HashInput input =
        HashInput.of("calibration")
            .add(id)
            .add(modelId)
            .add(profileAuthor)
            .add(profileChecker)
            .add(rows.size());
    for (RowThresholds row : rows) {
      input.add(row.ok()).add(row.bad());
    }
    return input
        .add(tokens.meanOk())
        .add(tokens.meanBad())
        .add(tokens.maximumOk())
        .add(tokens.maximumBad())
        .add(band)
        .add(clip)
        .hash();
  }
}
