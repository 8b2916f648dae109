package io.verillm.gpu.behaviour;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.trace.TraceShape;

/**
 * Reads one token of the prompt as another and says that it has read what was asked.
 *
 * @param own computes
 * @param at which token, counted around the prompt
 * @param reading what it is read as, counted around the ids below its own
 */
public record EditedPrompt(Inference own, int at, int reading) implements Inference {
  private static final int DRAWN_BELOW = 1 << 30;

  /** With a token that is drawn. */
  public static EditedPrompt drawn(Inference own, RandomStream draws) {
    return new EditedPrompt(own, draws.below(DRAWN_BELOW), draws.below(DRAWN_BELOW));
  }

  @Override
  public TraceShape shape() {
    return own.shape();
  }

  @Override
  public int eosId() {
    return own.eosId();
  }

  @Override
  public void prepare() {
    own.prepare();
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    int edited = at % terms.promptLength();
    int asked = terms.context()[edited];
    int[] context = terms.context().clone();
    // Ids below one that the model has it has too.
    context[edited] = asked == 0 ? 1 : reading % asked;
    return own.open(
        terms.withContext(context),
        (position, token, rows, logits) ->
            sink.accept(position, position == edited ? asked : token, rows, logits));
  }
}
