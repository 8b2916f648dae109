package io.verillm.protocol.check;

import io.verillm.protocol.trace.Row;
import java.util.Optional;

/**
 * The statistics of policy {@code paper} over one pair of rows in BF16 (VeriLLM, arXiv 2509.24257).
 *
 * <p>The paper leaves two widths open; this reading: an element is an exponent mismatch if sign or
 * exponent bits differ; a mantissa gap is the absolute difference of the 7 mantissa bits; a gap is
 * large from 64 on (half the range: a value just above a power of two against one just below it has
 * a gap near 127) and small up to 8 (a sixteenth).
 *
 * @param elements row elements
 * @param exponentMismatches elements whose sign or exponent differ
 * @param largeGaps mismatches with a large mantissa gap
 * @param smallGaps elements of equal exponent with a small mantissa gap
 * @param mean mean of checker minus author, summed in index order in double
 */
public record PaperStatistics(
    int elements, int exponentMismatches, int largeGaps, int smallGaps, double mean) {

  private static final int MANTISSA_BITS = 7;
  private static final int LARGE_GAP = 64;
  private static final int SMALL_GAP = 8;

  /** The statistics; empty if a row holds a NaN or an infinity, also after rounding. */
  public static Optional<PaperStatistics> of(Row checker, Row author) {
    RowPair pair = new RowPair(checker.toBf16(), author.toBf16());
    if (!pair.isFinite()) {
      return Optional.empty();
    }
    int mismatches = 0;
    int large = 0;
    int small = 0;
    double sum = 0;
    for (int i = 0; i < pair.dimension(); i++) {
      int x = pair.checker().bits(i);
      int y = pair.author().bits(i);
      int mask = (1 << MANTISSA_BITS) - 1;
      int gap = Math.abs((x & mask) - (y & mask));
      if (x >>> MANTISSA_BITS != y >>> MANTISSA_BITS) {
        mismatches++;
        large += gap >= LARGE_GAP ? 1 : 0;
      } else {
        small += gap <= SMALL_GAP ? 1 : 0;
      }
      sum += (double) pair.checker().value(i) - pair.author().value(i);
    }
    return Optional.of(
        new PaperStatistics(pair.dimension(), mismatches, large, small, sum / pair.dimension()));
  }

  /**
   * P_e below 5 %, P_m above 75 % of the mismatches (if there are any), P_w above 80 % of the
   * matches, and the mean's size at most 0.01.
   */
  public boolean accepted() {
    int matches = elements - exponentMismatches;
    return 100L * exponentMismatches < 5L * elements
        && (exponentMismatches == 0 || 100L * largeGaps > 75L * exponentMismatches)
        && 100L * smallGaps > 80L * matches
        && Math.abs(mean) <= 0.01;
  }

  /** P_e in parts per million, rounded down. */
  public long exponentMismatchPpm() {
    return 1_000_000L * exponentMismatches / elements;
  }
}
