package io.verillm.models;

/**
 * Rotary positions (Su et al. 2021).
 *
 * @param theta base of the angles
 * @param scaling how the angles of a longer context follow from those trained on
 */
public record Rope(double theta, Scaling scaling) {

  private static final double THETA_MAX = 1e12;
  private static final double FACTOR_MAX = 1e6;

  /** Refuses a base that gives no usable angles. */
  public Rope {
    if (!(theta > 1 && theta < THETA_MAX)) {
      throw new InvalidModelException("config.json: rope_theta is outside 1..1e12: " + theta);
    }
  }

  /** Rotary positions as they were published, without scaling. */
  public static Rope plain(double theta) {
    return new Rope(theta, new Unscaled());
  }

  /**
   * Radians by which a pair of values turns from one position to the next.
   *
   * @param pair number of the pair in its head, from 0
   * @param headSize values of a head
   */
  public double frequency(int pair, int headSize) {
    return scaling.apply(StrictMath.pow(theta, -2.0 * pair / headSize));
  }

  /** A change of the angles. */
  public sealed interface Scaling {
    /** The frequency that is used instead, in radians a position. */
    double apply(double frequency);
  }

  /** No change. */
  public record Unscaled() implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency;
    }
  }

  /**
   * Positions are divided by a factor (Chen et al. 2023).
   *
   * @param factor at least 1
   */
  public record Linear(double factor) implements Scaling {
    /** Refuses a factor below 1. */
    public Linear {
      requireFactor(factor);
    }

    @Override
    public double apply(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3's: slow pairs are divided by the factor, fast ones stay, those between are mixed.
   *
   * @param factor what slow pairs are divided by
   * @param lowFrequencyFactor a pair that turns less often than this over the original context is
   *     slow
   * @param highFrequencyFactor one that turns more often is fast
   * @param originalPositions context that the model was first trained on
   */
  public record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
      implements Scaling {
    /** Refuses factors that leave nothing between slow and fast. */
    public Llama3 {
      requireFactor(factor);
      if (!(lowFrequencyFactor > 0
          && highFrequencyFactor > lowFrequencyFactor
          && highFrequencyFactor < FACTOR_MAX
          && originalPositions >= 1)) {
        throw new InvalidModelException(
            "config.json: rope_scaling: low_freq_factor %s, high_freq_factor %s, original %d"
                .formatted(lowFrequencyFactor, highFrequencyFactor, originalPositions));
      }
    }

    @Override
    public double apply(double frequency) {
      double turns = originalPositions * frequency / (2 * StrictMath.PI);
      if (turns < lowFrequencyFactor) {
        return frequency / factor;
      }
      if (turns > highFrequencyFactor) {
        return frequency;
      }
      double fast = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
      return (1 - fast) * frequency / factor + fast * frequency;
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor >= 1 && factor < FACTOR_MAX)) {
      throw new InvalidModelException("config.json: rope_scaling: factor " + factor);
    }
  }
}
