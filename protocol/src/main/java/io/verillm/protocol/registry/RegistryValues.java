package io.verillm.protocol.registry;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSettlement;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.MoneyLimits;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import io.verillm.protocol.vote.VoteRule;
import java.util.Locale;
import java.util.stream.LongStream;

/** Limits of what the coordinator registers: deciding computes with it and must not meet worse. */
final class RegistryValues {
  private RegistryValues() {}

  /**
   * Checks a model.
   *
   * @throws IllegalArgumentException if no trace or price could be made with it
   */
  static void require(ModelRegistered m) {
    Hash id = Wire.hash(m.getModelId());
    RowType type = RowType.valueOf(m.getRowType().toUpperCase(Locale.ROOT));
    TraceShape shape =
        new TraceShape(
            id, new NumericProfile("any", type), m.getBoundaries().size(), m.getHiddenSize());
    if (m.getPositionLimit() < 1
        || m.getPositionLimit() > Trace.MAX_POSITIONS
        || m.getVocabulary() < 1) {
      throw new IllegalArgumentException(
          "%s with %d positions and %d tokens"
              .formatted(shape, m.getPositionLimit(), m.getVocabulary()));
    }
    if (TaskSize.largest(m) > TaskSize.BYTES_MAX) {
      throw new IllegalArgumentException(
          "%d positions of %d tokens make a task of %d bytes; at most %d can be sent"
              .formatted(
                  m.getPositionLimit(),
                  m.getVocabulary(),
                  TaskSize.largest(m),
                  TaskSize.BYTES_MAX));
    }
    amounts(m.getPricePerToken());
    // The price of the longest answer is an amount too.
    if (m.getPricePerToken() > MoneyLimits.AMOUNT_UNITS_MAX / m.getPositionLimit()) {
      throw new IllegalArgumentException("price per token: " + m.getPricePerToken());
    }
  }

  /**
   * Checks a calibration.
   *
   * @throws IllegalArgumentException if no vote could be computed with it
   */
  static void require(CalibrationPublished c) {
    VoteRule.calibration(c);
  }

  /**
   * Checks parameters.
   *
   * @throws IllegalArgumentException for negative amounts or ticks, or amounts over the ledger's,
   *     and for duties that nobody has the time to meet or the ledger cannot take the price of
   */
  static void require(ParametersSet p) {
    amounts(
        p.getCheckCost(),
        p.getPeerWeight(),
        p.getFlatFee(),
        p.getSlashBadFlag(),
        p.getSlashGoodFlag(),
        p.getSlashOpening(),
        p.getSlashMissing(),
        p.getSlashAuthor(),
        p.getLock(),
        p.getPrefillTicks(),
        p.getSegmentTicks(),
        p.getOpeningTicks(),
        p.getVoteTicks(),
        p.getDisputeTicks(),
        p.getFlagTicks(),
        p.getWaitTicks());
    duties(p, DutyTerms.of(p));
  }

  private static void duties(ParametersSet p, DutyTerms terms) {
    if (!terms.run()) {
      return;
    }
    if (p.getFlagTicks() < DutyTerms.FLAG_TICKS_MIN) {
      throw new IllegalArgumentException(
          "duties, and flags to be opened in %d ticks; at least %d are needed"
              .formatted(p.getFlagTicks(), DutyTerms.FLAG_TICKS_MIN));
    }
    long bond = FlagSettlement.highestBond(p);
    if (bond > MoneyLimits.AMOUNT_UNITS_MAX / terms.slotsMax()) {
      throw new IllegalArgumentException(
          "%d slots of %d units each; together at most %d"
              .formatted(terms.slotsMax(), bond, MoneyLimits.AMOUNT_UNITS_MAX));
    }
  }

  private static void amounts(long... values) {
    if (LongStream.of(values).anyMatch(v -> v < 0 || v > MoneyLimits.AMOUNT_UNITS_MAX)) {
      throw new IllegalArgumentException(
          "amounts or ticks outside 0..%d: %s"
              .formatted(MoneyLimits.AMOUNT_UNITS_MAX, LongStream.of(values).boxed().toList()));
    }
  }
}
