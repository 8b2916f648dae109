package io.verillm.streams.audit;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.flag.FlagSeal;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Secrets;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.protocol.vote.Openings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** A task as its worker holds it; rows follow from position and token, beside them for a cheat. */
final class RunTask {
  static final String PROFILE = "cpu-fp32";
  static final Hash MODEL = HashInput.of("model").hash();
  static final List<String> BOUNDARIES = List.of("block-0", "norm");
  static final int HIDDEN = 8;
  static final int PROMPT = 3;
  private static final int OUTPUT = 9;

  /** So long that the first part of a round does not open all that the round may. */
  private static final int LONG_OUTPUT = 50;

  /** Where the request that two authors answer is handed over. */
  private static final int CUT = PROMPT + 4;

  private static final byte[] SALT = {7};

  /** What rows are beside the honest ones, in steps of a float: surely wrong, and perhaps. */
  static final int CHEAT = 1 << 20;

  static final int NOISE = 30;

  final Effect.Assign assign;
  final int noise;
  private final byte[] nonce;
  private final Trace trace;

  RunTask(Effect.Assign assign, byte[] nonce, int noise) {
    this.assign = assign;
    this.nonce = nonce;
    this.noise = noise;
    this.trace =
        new Trace(
            new TraceShape(
                MODEL, new NumericProfile(PROFILE, RowType.FP32), BOUNDARIES.size(), HIDDEN));
    for (int position = 0; position < PROMPT + length(assign.requestId()); position++) {
      trace.append(token(position), rows(position, noise));
    }
  }

  private EvidenceVector evidence(Step step) {
    TokenEvidence own = new TokenEvidence(RankClass.OWN_CHOICE, 0);
    return EvidenceVector.of(Collections.nCopies(size(step) - PROMPT, own), own);
  }

  /** Tokens of the whole answer, as many as may be asked for. */
  static int length(String requestId) {
    boolean isLong = requestId.equals(RecordedRun.id(RecordedRun.Incident.UNCONFIRMED.request));
    return isLong ? LONG_OUTPUT : OUTPUT;
  }

  static int handovers(String requestId) {
    return requestId.equals(RecordedRun.id(2)) ? 1 : 0;
  }

  private static int end(String requestId, int segment) {
    return segment < 0 ? PROMPT : segment < handovers(requestId) ? CUT : PROMPT + length(requestId);
  }

  boolean isLast() {
    return assign.segment() == handovers(assign.requestId());
  }

  private FinishReason finishReason() {
    return isLast() ? FinishReason.EOS : FinishReason.STOP;
  }

  private int size(Step step) {
    return end(assign.requestId(), assign.segment() - (step == Step.FINAL ? 0 : 1));
  }

  private int start(Step step) {
    return step == Step.FINAL ? end(assign.requestId(), assign.segment() - 1) : PROMPT;
  }

  private Hash outputHash(Step step) {
    return Digests.outputHash(tokens(start(step), size(step)));
  }

  private static float[][] rows(int position, int noise) {
    Random random = new Random(position);
    float[][] rows = new float[BOUNDARIES.size()][HIDDEN];
    for (float[] row : rows) {
      for (int i = 0; i < HIDDEN; i++) {
        int bits = Float.floatToRawIntBits((float) (1 + random.nextDouble()));
        row[i] = Float.intBitsToFloat(bits + noise);
      }
    }
    return rows;
  }

  private static int token(int position) {
    return 100 + position;
  }

  private static int[] tokens(int from, int to) {
    return IntStream.range(from, to).map(RunTask::token).toArray();
  }

  static Hash promptHash() {
    return Digests.promptHash(SALT, tokens(0, PROMPT));
  }

  static Secrets.Output output(String requestId, int segment) {
    int end = end(requestId, segment);
    return new Secrets.Output(
        end,
        Digests.outputHash(tokens(end(requestId, segment - 1), end)),
        Digests.outputHash(tokens(PROMPT, end)));
  }

  /** The request of the requester whose key is made from its name. */
  static Request request(String requestId, boolean isPrivate) {
    byte[] reader = RunKeys.reader(Signers.REQUESTER).publicKey().bytes();
    return new Request(
        requestId,
        Wire.buffer(requester().bytes()),
        Wire.buffer(new byte[32]),
        Wire.buffer(MODEL),
        "a prompt",
        length(requestId),
        0.0,
        1,
        1.0,
        3,
        1_000_000L,
        flagSeal(requestId),
        handovers(requestId),
        Wire.buffer(isPrivate ? reader : new byte[0]),
        List.of(),
        0);
  }

  /** Every request of a run has sealed a BAD flag; in most nobody opens it. */
  private static ByteBuffer flagSeal(String requestId) {
    return Wire.buffer(FlagSeal.of(UUID.fromString(requestId), FlagKind.BAD, new byte[16]));
  }

  /** What opens it. */
  static FlagOpening flagOpening(String requestId, String author, DutyEpoch duty) {
    return new FlagOpening(
        requestId,
        FlagKind.BAD,
        "int4",
        Wire.buffer(new byte[16]),
        duty.number(),
        0,
        Wire.buffer(RunKeys.vrf(Signers.worker(author)).prove(duty.alpha(author, 0)).bytes()));
  }

  /** By which a sentinel asks for its own request. */
  static FlagClaim claim(String sentinel, DutyEpoch duty) {
    byte[] proof = RunKeys.vrf(Signers.worker(sentinel)).prove(duty.alpha(sentinel, 0)).bytes();
    return new FlagClaim(sentinel, duty.number(), 0, Wire.buffer(proof));
  }

  private static VerifyKey requester() {
    return RunKeys.signer(Signers.REQUESTER).key().publicKey();
  }

  private static Hash seed(String requestId) {
    return Digests.seed(UUID.fromString(requestId), requester(), new byte[32]);
  }

  static RequestInput input(String requestId) {
    return new RequestInput(
        Wire.buffer(promptHash()),
        PROMPT,
        0.0,
        1,
        1.0,
        Wire.buffer(seed(requestId)),
        Wire.buffer(Hashing.hash("input-salt")));
  }

  static Accepted accepted(SignedRecord request, boolean isPrivate, long price, long escrow) {
    String requestId = new String(request.key(), StandardCharsets.UTF_8);
    Hash digest = Hashing.hash("request", request.key(), request.value(), request.signature());
    return new Accepted(
        requestId,
        Wire.buffer(digest),
        Accounts.requester(requester()),
        Wire.buffer(new byte[0]),
        0,
        Wire.buffer(MODEL),
        0.0,
        0,
        0.0,
        Wire.buffer(new byte[0]),
        length(requestId),
        3,
        price,
        escrow,
        flagSeal(requestId),
        handovers(requestId),
        request(requestId, isPrivate).getEncryptionKey(),
        Wire.buffer(InputSeal.of(UUID.fromString(requestId), input(requestId))));
  }

  /** What the requester is told at the end. */
  static Result result(Verdict verdict) {
    boolean told = verdict.getOutcome() != VerdictOutcome.EXPIRED;
    return new Result(
        verdict.getRequestId(),
        ResultKind.FINAL,
        1,
        told ? "a text" : "",
        Arrays.stream(told ? tokens(PROMPT, PROMPT + length(verdict.getRequestId())) : new int[0])
            .boxed()
            .toList(),
        verdict.getOutcome().name(),
        verdict.getPolicy(),
        verdict.getTests(),
        verdict.getNotChecked());
  }

  /** What the worker is sent. */
  Task event(int shard) {
    int context = assign.author() ? size(Step.PREFILL) : PROMPT + length(assign.requestId());
    return new Task(
        Wire.buffer(assign.taskId()),
        shard,
        Wire.buffer(MODEL),
        Arrays.stream(tokens(0, context)).boxed().toList(),
        PROMPT,
        Wire.buffer(SALT),
        Wire.buffer(nonce),
        0.0,
        1,
        1.0,
        Wire.buffer(seed(assign.requestId())),
        64,
        4,
        Wire.buffer(new byte[0]));
  }

  private SealedCommitment seal(Step step) {
    return new SealedCommitment(
        assign.taskId(),
        assign.worker(),
        step,
        trace.rootAt(size(step)),
        evidence(step).evidenceRoot(),
        size(step),
        outputHash(step),
        step == Step.FINAL ? finishReason() : FinishReason.NONE,
        PROFILE,
        HashInput.of("salt").add(assign.taskId()).hash());
  }

  Commitment commitment(Step step) {
    Hash tag = Digests.outputTag(outputHash(Step.FINAL), finishReason(), nonce);
    return new Commitment(
        Wire.buffer(assign.taskId()),
        assign.worker(),
        CommitmentStep.valueOf(step.name()),
        Wire.buffer(seal(step).sealedRoot()),
        step == Step.FINAL ? Wire.buffer(tag) : null);
  }

  Opening opening(Challenge challenge) {
    boolean own = assign.author() && assign.segment() == challenge.getSegment();
    SealedCommitment seal = seal(own ? Step.FINAL : Step.PREFILL);
    return Openings.of(challenge, seal, evidence(seal.step()), trace);
  }
}
