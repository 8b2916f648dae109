package io.verillm.gpu.calibration;

import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.RejectReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the votes about one pair were.
 *
 * @param first decision over part 1 of the challenge, at most 16 positions
 * @param last decision once part 2 was opened where part 1 left the rows unsure
 * @param reason of a rejection
 * @param paper decision by the paper's fixed policy over part 1
 * @param positions of the whole context
 * @param opened positions of part 1
 * @param rows largest distance of each boundary over part 1; -1 where none was opened
 * @param meanMargin of the tokens, in 2^-24 logit
 * @param maximumMargin of the tokens and of the end where one is claimed, in 2^-16 logit
 */
record JudgedCase(
    Decision first,
    Decision last,
    @Nullable RejectReason reason,
    Decision paper,
    int positions,
    int opened,
    List<Long> rows,
    long meanMargin,
    long maximumMargin) {
  JudgedCase {
    rows = List.copyOf(rows);
  }

  /** Whether each token, and the end where one is claimed, is what the model itself chooses. */
  boolean writesAsTheModel() {
    return meanMargin == 0 && maximumMargin == 0;
  }
}
