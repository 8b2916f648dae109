package io.verillm.connect;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.OpenedPosition;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.events.RequestInput;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events to be written into tables. */
final class Samples {
  private Samples() {}

  static Verdict verdict(String requestId, String outcome) {
    return Verdict.newBuilder()
        .setRequestId(requestId)
        .setSegment(0)
        .setRound(1)
        .setOutcome(VerdictOutcome.valueOf(outcome))
        .setLast(true)
        .setReason("MAJORITY")
        .setEpoch(42)
        .setPolicy("calibrated")
        .setCalibrationId("c-1")
        .setTests(List.of("hash", "model"))
        .setPositionsOpened(4)
        .setPositions(40)
        .setNotChecked(List.of())
        .setMembers(
            List.of(
                VerdictMember.newBuilder()
                    .setTaskId(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                    .setWorker("w-01")
                    .setRole(MemberRole.AUTHOR)
                    .setRound(0)
                    .setDecision(MemberDecision.NONE)
                    .setReason("")
                    .setHandover(false)
                    .build()))
        .setProofs(List.of())
        .setSegments(1)
        .build();
  }

  /** Without an output tag. */
  static Commitment commitment() {
    return Commitment.newBuilder()
        .setTaskId(ByteBuffer.wrap(new byte[] {1}))
        .setWorker("w-01")
        .setStep(CommitmentStep.PREFILL)
        .setSealedRoot(ByteBuffer.wrap(new byte[] {2}))
        .setOutputTag(null)
        .build();
  }

  static RequestInput input() {
    ByteBuffer hash = ByteBuffer.wrap(new byte[32]);
    return new RequestInput(hash, 7, 0.5, 40, 0.9, hash, hash);
  }

  static Challenge challenge(@Nullable RequestInput input) {
    ByteBuffer none = ByteBuffer.allocate(0);
    return new Challenge(
        "r-1", 0, 1, 1, 7L, none, 6L, none, 9, "", List.of(), List.of(), List.of(9), 1, input);
  }

  /** Of a column that a verdict has in another type: {@code positions}. */
  static Opening opening(String requestId) {
    ByteBuffer hash = ByteBuffer.wrap(new byte[32]);
    return Opening.newBuilder()
        .setRequestId(requestId)
        .setSegment(0)
        .setRound(1)
        .setPart(1)
        .setTaskId(hash)
        .setWorker("w-01")
        .setStep(OpeningStep.PREFILL)
        .setTraceRoot(hash)
        .setEvidenceRoot(hash)
        .setSize(60)
        .setOutputHash(hash)
        .setFinishReason(OpeningFinish.NONE)
        .setProfile("cpu-fp32")
        .setSalt(hash)
        .setEvidence(hash)
        .setPositions(
            List.of(
                OpenedPosition.newBuilder()
                    .setPosition(7)
                    .setTokenId(9)
                    .setRows(List.of())
                    .setLeafPath(List.of(hash))
                    .build()))
        .build();
  }
}
