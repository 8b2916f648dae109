package io.verillm.protocol.shard;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Opening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.vote.Openings;
import java.util.function.UnaryOperator;

/** One task as its worker holds it: trace, evidence, seal. */
final class TestTask {
  final Effect.Assign assign;
  final TestRequest request;
  private final byte[] nonce;
  private final Trace trace;
  private final UnaryOperator<EvidenceVector> fabricated;
  private final UnaryOperator<SealedCommitment> sealed;

  TestTask(Effect.Assign assign, TestRequest request, byte[] nonce, Behaviour behaviour) {
    this.assign = assign;
    this.request = request;
    this.nonce = nonce;
    this.trace = TestModel.trace(request, behaviour);
    this.fabricated = behaviour.evidence;
    this.sealed = behaviour.seal;
  }

  private EvidenceVector evidence(Step step) {
    TokenEvidence own = new TokenEvidence(RankClass.OWN_CHOICE, 0);
    return fabricated.apply(
        EvidenceVector.of(TestModel.repeated(size(step) - request.prompt(), own), own));
  }

  private int size(Step step) {
    return request.end(step == Step.FINAL ? assign.segment() : assign.segment() - 1);
  }

  private Hash outputHash(Step step) {
    return step == Step.FINAL
        ? request.outputHash(assign.segment())
        : request.answerHash(assign.segment());
  }

  boolean isLast() {
    return assign.segment() == request.segments() - 1;
  }

  private FinishReason finishReason() {
    return isLast() ? FinishReason.EOS : FinishReason.STOP;
  }

  /** The step that a challenge of this segment opens. */
  SealedCommitment seal(int segment) {
    return seal(step(segment));
  }

  private Step step(int segment) {
    return assign.author() && assign.segment() == segment ? Step.FINAL : Step.PREFILL;
  }

  private SealedCommitment seal(Step step) {
    return sealed.apply(
        new SealedCommitment(
            assign.taskId(),
            assign.worker(),
            step,
            trace.rootAt(size(step)),
            evidence(step).evidenceRoot(),
            size(step),
            outputHash(step),
            step == Step.FINAL ? finishReason() : FinishReason.NONE,
            TestModel.PROFILE,
            HashInput.of("salt").add(assign.taskId()).hash()));
  }

  Commitment prefill() {
    return commitment(Step.PREFILL);
  }

  Commitment finish() {
    Hash tag = Digests.outputTag(outputHash(Step.FINAL), finishReason(), nonce);
    return Commitment.newBuilder(commitment(Step.FINAL)).setOutputTag(Wire.buffer(tag)).build();
  }

  private Commitment commitment(Step step) {
    return new Commitment(
        Wire.buffer(assign.taskId()),
        assign.worker(),
        CommitmentStep.valueOf(step.name()),
        Wire.buffer(seal(step).sealedRoot()),
        null);
  }

  Opening opening(Challenge challenge) {
    SealedCommitment seal = seal(challenge.getSegment());
    return Openings.of(challenge, seal, evidence(seal.step()), trace);
  }
}
