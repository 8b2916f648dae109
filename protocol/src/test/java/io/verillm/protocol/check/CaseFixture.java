package io.verillm.protocol.check;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One case of 4 prompt and 56 output positions, and both members' openings, with knobs for what
 * goes wrong.
 */
final class CaseFixture {

  static final int PROMPT = 4;
  static final int SIZE = 60;
  static final int BOUNDARIES = 3;
  static final int DIMENSION = 16;
  static final Hash MODEL = HashInput.of("model").hash();
  static final NumericProfile PROFILE = new NumericProfile("cpu-fp32", RowType.FP32);
  static final TokenEvidence OWN = new TokenEvidence(RankClass.OWN_CHOICE, 0);
  static final Calibration CALIBRATION =
      new Calibration(
          "test-1",
          MODEL,
          PROFILE.id(),
          PROFILE.id(),
          List.of(new RowThresholds(4, 64), new RowThresholds(4, 64), new RowThresholds(4, 64)),
          new TokenThresholds(100_000, 400_000, 5_000, 20_000),
          100,
          30_000);

  List<OpenedPosition> firstPart = draw(1, List.of());
  List<OpenedPosition> secondPart = List.of();
  int tokenOffset;
  int rowNoise;
  int noisyFrom;
  FinishReason finishReason = FinishReason.EOS;
  OptionalInt stopAt = OptionalInt.empty();
  int maxTokens = 100;
  TokenEvidence token = OWN;
  TokenEvidence end = OWN;
  Optional<Calibration> calibration = Optional.of(CALIBRATION);

  static List<OpenedPosition> draw(int part, List<OpenedPosition> opened) {
    CaseSpan span = new CaseSpan(PROMPT, SIZE, SIZE);
    Hash seed = HashInput.of("draw").add(part).hash();
    return part == 1
        ? PositionDraw.first(seed, span, BOUNDARIES)
        : PositionDraw.second(
            seed,
            span,
            BOUNDARIES,
            new java.util.HashSet<>(opened.stream().map(OpenedPosition::position).toList()));
  }

  CaseTerms terms() {
    return new CaseTerms(
        MODEL,
        BOUNDARIES,
        DIMENSION,
        new CaseSpan(PROMPT, SIZE, SIZE),
        new CaseLimits(PROMPT, maxTokens, 4_096, stopAt),
        new ExpectedOutput(SIZE, outputHash()),
        new ExpectedOutput(SIZE, outputHash()),
        firstPart,
        secondPart);
  }

  static Hash outputHash() {
    return Digests.outputHash(IntStream.range(PROMPT, SIZE).map(CaseFixture::token).toArray());
  }

  private static int token(int position) {
    return 1_000 + position;
  }

  OpenedTask author() {
    return opened(trace(true), finishReason, OWN, OWN);
  }

  OpenedTask checker() {
    return opened(trace(false), FinishReason.NONE, token, end);
  }

  Vote vote() {
    return (Vote) CaseCheck.vote(terms(), calibration, Optional.of(author()), checker());
  }

  /**
   * The author's rows lie {@code rowNoise} representable numbers beside the checker's from {@code
   * noisyFrom} on.
   */
  private Trace trace(boolean author) {
    Random random = new Random(1);
    TraceShape shape = new TraceShape(MODEL, PROFILE, BOUNDARIES, DIMENSION);
    Trace trace = new Trace(shape);
    for (int t = 0; t < SIZE; t++) {
      float[][] rows = new float[BOUNDARIES][DIMENSION];
      for (float[] row : rows) {
        for (int i = 0; i < DIMENSION; i++) {
          int noise = author && t >= noisyFrom ? rowNoise : 0;
          float value = (float) random.nextGaussian();
          row[i] = Float.intBitsToFloat(Float.floatToRawIntBits(value) + noise);
        }
      }
      trace.append(token(t) + (author ? tokenOffset : 0), rows);
    }
    return trace;
  }

  private OpenedTask opened(
      Trace trace, FinishReason reason, TokenEvidence flip, TokenEvidence last) {
    List<TokenEvidence> tokens = new ArrayList<>();
    for (int t = PROMPT; t < SIZE; t++) {
      tokens.add(t == SIZE / 2 ? flip : OWN);
    }
    List<PositionOpening> positions = new ArrayList<>();
    for (OpenedPosition position : terms().challenged()) {
      positions.add(trace.open(position.position(), SIZE, position.boundary(), BOUNDARIES - 1));
    }
    return new OpenedTask(
        PROFILE,
        trace.root(),
        SIZE,
        outputHash(),
        reason,
        EvidenceVector.of(tokens, last),
        positions);
  }
}
