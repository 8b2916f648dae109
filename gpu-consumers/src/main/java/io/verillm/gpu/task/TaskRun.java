package io.verillm.gpu.task;

import io.verillm.gpu.engine.Session;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The way of one task: prefill, seal, decode ahead, and for an author go on and seal again. Until
 * {@link #finish} nothing in it depends on whether the worker is author or checker. Used by one
 * thread at a time.
 */
public final class TaskRun implements AutoCloseable {
  private static final int NONE = -1;

  private final TaskTerms terms;
  private final SealIdentity identity;
  private final Inference inference;
  private final Recording recording;
  private final Session session;
  private final SealedStep prefill;
  private int next = NONE;

  private TaskRun(
      TaskTerms terms,
      SealIdentity identity,
      Inference inference,
      Recording recording,
      Session session) {
    this.terms = terms;
    this.identity = identity;
    this.inference = inference;
    this.recording = recording;
    this.session = session;
    this.prefill = seal(Step.PREFILL, session.size(), terms.answerHash(), FinishReason.NONE);
  }

  /**
   * Feeds the context and seals it.
   *
   * @param band noise at the edge of the candidates, from the model's calibration
   * @throws IllegalArgumentException if the context does not fit the model
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  public static TaskRun open(
      TaskTerms terms, SealIdentity identity, Inference inference, CandidateBand band) {
    Recording recording = new Recording(terms, inference.shape(), inference.eosId(), band);
    Session session = inference.open(terms, recording);
    try {
      return new TaskRun(terms, identity, inference, recording, session);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** The PREFILL step, sealed over exactly the context. */
  public SealedStep prefill() {
    return prefill;
  }

  /**
   * Decodes what may be decoded while Continue or Stop is on its way.
   *
   * @param told whether it has come; asked before every step
   */
  public void decodeAhead(BooleanSupplier told) {
    int end = Math.min(terms.positionLimit(), terms.context().length + terms.ahead());
    while (session.size() < end && !told.getAsBoolean() && chooseNext() != inference.eosId()) {
      feedNext();
    }
  }

  /**
   * Goes on as the author until the end token or the stop, and seals the segment. The last token is
   * fed too, the end token never. Positions computed behind a stop that came late are cut off.
   *
   * @param stopSize most positions of the trace as far as known; asked before every step
   * @param sink is told the segment's tokens
   */
  public SealedStep finish(IntSupplier stopSize, TokenSink sink) {
    int told = terms.context().length;
    while (true) {
      int stop = Math.max(terms.context().length, stopSize.getAsInt());
      int limit = Math.min(stop, terms.positionLimit());
      for (; told < Math.min(session.size(), limit); told++) {
        sink.token(told, recording.trace().tokenId(told));
      }
      if (session.size() >= limit) {
        return sealFinal(limit, limit == stop ? FinishReason.STOP : FinishReason.LENGTH);
      }
      if (chooseNext() == inference.eosId()) {
        return sealFinal(session.size(), FinishReason.EOS);
      }
      feedNext();
    }
  }

  private int chooseNext() {
    if (next == NONE) {
      next = recording.sample();
    }
    return next;
  }

  private void feedNext() {
    int token = next;
    next = NONE;
    session.step(token, recording);
  }

  private SealedStep sealFinal(int size, FinishReason reason) {
    int[] output = new int[size - terms.context().length];
    Arrays.setAll(output, i -> recording.trace().tokenId(terms.context().length + i));
    return seal(Step.FINAL, size, Digests.outputHash(output), reason);
  }

  private SealedStep seal(Step step, int size, Hash outputHash, FinishReason reason) {
    var evidence = recording.evidenceAt(size);
    SealedCommitment seal =
        new SealedCommitment(
            terms.taskId(),
            identity.worker(),
            step,
            recording.trace().rootAt(size),
            evidence.evidenceRoot(),
            size,
            outputHash,
            reason,
            inference.shape().profile().id(),
            Digests.salt(identity.secret(), terms.taskId(), step));
    Optional<Hash> tag =
        step == Step.FINAL
            ? Optional.of(Digests.outputTag(outputHash, reason, terms.nonce()))
            : Optional.empty();
    return new SealedStep(seal, evidence, recording.trace(), tag);
  }

  /** Time spent in the model so far, in nanoseconds. */
  public long modelNanos() {
    return session.modelNanos();
  }

  @Override
  public void close() {
    session.close();
  }
}
