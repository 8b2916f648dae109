package io.verillm.protocol.vote;

import io.verillm.events.Accepted;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.check.CaseTerms;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The public ground of a case: what was asked of which model, and how long the trace is.
 *
 * @param accepted the admitted request
 * @param model its model
 * @param size positions of the trace, T, as the challenge says
 */
public record CaseGround(Accepted accepted, ModelRegistered model, int size) {

  /**
   * Where the segment lies. A segment without a token (EOS at once) is judged at the prompt's last
   * position, whose logits chose the end.
   */
  public CaseSpan span() {
    return new CaseSpan(Math.min(accepted.getPromptLength(), size - 1), size, size);
  }

  /** A profile with the model's row type. */
  public NumericProfile profile(String id) {
    return new NumericProfile(id, RowType.valueOf(model.getRowType().toUpperCase(Locale.ROOT)));
  }

  /** The terms for a vote over these positions. */
  CaseTerms terms(Hash outputHash, List<OpenedPosition> first, List<OpenedPosition> second) {
    int limit = accepted.getPromptLength() + accepted.getMaxTokens();
    ExpectedOutput expected = new ExpectedOutput(size, outputHash);
    return new CaseTerms(
        Wire.hash(accepted.getModelId()),
        model.getBoundaries().size(),
        model.getHiddenSize(),
        span(),
        new CaseLimits(
            accepted.getPromptLength(),
            accepted.getMaxTokens(),
            model.getPositionLimit(),
            OptionalInt.of(limit)),
        expected,
        expected,
        first,
        second);
  }
}
