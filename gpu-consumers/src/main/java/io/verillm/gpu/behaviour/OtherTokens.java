package io.verillm.gpu.behaviour;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.trace.TraceShape;

/**
 * Computes what it is asked and writes other tokens than the sampler chooses: its rows are those of
 * honest work over a text that nobody asked for.
 *
 * @param own computes
 * @param choice which tokens
 */
public record OtherTokens(Inference own, Choice choice) implements Inference {
  /** So far above all others that no temperature and no noise chooses otherwise. */
  private static final float CERTAIN = 1_000;

  /** How a token behind the context is chosen. */
  @FunctionalInterface
  public interface Choice {
    /**
     * The token at a position.
     *
     * @param asked what the task asks for, with an answer's first position
     * @param position absolute position of the token
     * @param logits of the position before
     * @param eosId the model's end token
     */
    int token(TaskTerms asked, int position, float[] logits, int eosId);
  }

  /** Ends behind so many tokens, which the model would not. */
  public static OtherTokens endingAfter(Inference own, int tokens) {
    return new OtherTokens(
        own,
        (asked, position, logits, eosId) -> {
          int honest = sampled(asked.sampling(), asked, position, logits);
          if (honest == eosId) {
            // An end where the model ends as well would be no lie.
            return highestBut(eosId, logits);
          }
          return position < asked.promptLength() + tokens ? honest : eosId;
        });
  }

  /**
   * Chooses at another temperature than it was asked, and writes so many tokens at least: in a
   * shorter text it would not show.
   */
  public static OtherTokens hotter(Inference own, int tokens) {
    return new OtherTokens(
        own,
        (asked, position, logits, eosId) -> {
          int hot = sampled(hotter(asked.sampling()), asked, position, logits);
          return hot == eosId && position < asked.promptLength() + tokens
              ? highestBut(eosId, logits)
              : hot;
        });
  }

  /** Twice the temperature, 2 at most; 1 where the highest logit was asked for. */
  public static SamplingParameters hotter(SamplingParameters asked) {
    return new SamplingParameters(
        asked.temperature() == 0 ? 1 : Math.min(2, 2 * asked.temperature()),
        asked.topK(),
        asked.topP());
  }

  private static int sampled(
      SamplingParameters sampling, TaskTerms asked, int position, float[] logits) {
    return SeededSampler.sample(logits, sampling, asked.seed(), position);
  }

  private static int highestBut(int token, float[] logits) {
    int highest = token == 0 ? 1 : 0;
    for (int other = highest + 1; other < logits.length; other++) {
      if (other != token && logits[other] > logits[highest]) {
        highest = other;
      }
    }
    return highest;
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
    return new Lying(own.open(terms, lying(terms, sink)), terms);
  }

  /** What it is told of a position from the context's last on calls for the token that is taken. */
  private PositionSink lying(TaskTerms terms, PositionSink sink) {
    int last = terms.context().length - 1;
    return (position, token, rows, logits) ->
        sink.accept(
            position, token, rows, position < last ? logits : calling(terms, position + 1, logits));
  }

  private float[] calling(TaskTerms terms, int position, float[] logits) {
    int token = choice.token(terms, position, logits, eosId());
    if (token == sampled(terms.sampling(), terms, position, logits)) {
      return logits;
    }
    float[] told = logits.clone();
    for (float logit : logits) {
      told[token] = Math.max(told[token], logit + CERTAIN);
    }
    return told;
  }

  private final class Lying implements Session {
    private final Session session;
    private final TaskTerms terms;

    Lying(Session session, TaskTerms terms) {
      this.session = session;
      this.terms = terms;
    }

    @Override
    public int size() {
      return session.size();
    }

    @Override
    public void step(int token, PositionSink sink) {
      session.step(token, lying(terms, sink));
    }

    @Override
    public long modelNanos() {
      return session.modelNanos();
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
