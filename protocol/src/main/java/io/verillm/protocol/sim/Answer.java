package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One answer up to the end of a segment as its authors made it, and what everybody computes about
 * it. Rows are pseudo-random numbers of token, position and boundary; a computation that is not
 * honest lies beside them by a distance of its distribution, the same for all who compute so.
 * Honest noise differs from party to party.
 */
final class Answer {
  /** Copies of honest noise that differ from each other. */
  static final int VARIANTS = 4;

  private static final int EDITED_EVERY = 4;

  /** Positions of the prompt that an author leaves out that shortens it. */
  private static final int LEFT_OUT = 4;

  private static final int ONE = Float.floatToRawIntBits(1f);
  private static final int FRACTION = (1 << 23) - 1;

  private final long seed;
  private final Distributions distributions;
  private final Manner manner;
  private final @Nullable Answer before;
  private final int promptLength;
  private final int start;
  private final int[] tokens;
  private final FinishReason finish;
  private final boolean last;
  private final SegmentEvidence evidence;

  /** The most that honest noise moves an element either way. */
  private final long noiseMax;

  private final Hash segmentHash;
  private final Hash answerHash;
  private final Map<Made, View> views = new HashMap<>();
  private final Map<Computed, ShownTrace> traces = new HashMap<>();

  /** Whose rows somebody has. */
  private enum Rows {
    /** The author's of this segment, over the whole trace. */
    AUTHORS,
    /** Each author's of its own segment, given away. */
    EACH_AUTHORS,
    /** Of a check. */
    CHECKERS
  }

  private record Made(Computation computation, int variant, EvidenceClaim evidence, Rows rows) {}

  private record Computed(Computation computation, int variant, Rows rows) {}

  /**
   * An answer.
   *
   * @param seed of this text
   * @param manner how the last of its segments was made
   * @param before the answer that it goes on from; null for the first segment
   * @param promptLength ids of the prompt
   * @param tokens prompt and all output
   * @param finish how its last segment ended
   * @param last whether nobody goes on from here
   */
  Answer(
      long seed,
      Distributions distributions,
      Manner manner,
      @Nullable Answer before,
      int promptLength,
      int[] tokens,
      FinishReason finish,
      boolean last) {
    this.seed = seed;
    this.distributions = distributions;
    this.manner = manner;
    this.before = before;
    this.promptLength = promptLength;
    this.start = before == null ? promptLength : before.size();
    this.tokens = tokens;
    this.finish = finish;
    this.last = last;
    this.evidence = new SegmentEvidence(seed, distributions, manner);
    this.noiseMax = distributions.band(Computation.HONEST.label(), "rows").high() / 2;
    this.segmentHash = Digests.outputHash(Arrays.copyOfRange(tokens, start, tokens.length));
    this.answerHash = Digests.outputHash(Arrays.copyOfRange(tokens, promptLength, tokens.length));
  }

  int size() {
    return tokens.length;
  }

  FinishReason finish() {
    return finish;
  }

  /** Whether nobody goes on from here. */
  boolean isLast() {
    return last;
  }

  long seed() {
    return seed;
  }

  /** Ids of the last segment. */
  int length() {
    return tokens.length - start;
  }

  /** Hash of the last segment's ids. */
  Hash segmentHash() {
    return segmentHash;
  }

  /** Hash of all ids behind the prompt. */
  Hash answerHash() {
    return answerHash;
  }

  int[] prompt() {
    return Arrays.copyOf(tokens, promptLength);
  }

  int[] tokens() {
    return tokens.clone();
  }

  /** Whether every segment was made as asked. */
  boolean isHonest() {
    return manner.isHonest() && (before == null || before.isHonest());
  }

  /** What the last segment's author seals: its rows, and evidence that all tokens are its own. */
  View author(int variant) {
    return view(new Made(manner.rows(), variant % VARIANTS, EvidenceClaim.ALL_FIT, Rows.AUTHORS));
  }

  /** What a checker seals that was given this answer. */
  View checker(Computation computation, EvidenceClaim evidence, int variant) {
    return view(new Made(computation, variant % VARIANTS, evidence, Rows.CHECKERS));
  }

  /** The authors' rows in the hands of somebody else. */
  View copied(EvidenceClaim evidence, int variant) {
    return view(new Made(manner.rows(), variant % VARIANTS, evidence, Rows.EACH_AUTHORS));
  }

  private View view(Made made) {
    View known = views.get(made);
    if (known == null) {
      Computed computed = new Computed(made.computation(), made.variant(), whose(made.rows()));
      ShownTrace trace =
          traces.computeIfAbsent(computed, unknown -> new ShownTrace(trace(computed)));
      known = new View(trace, evidence(made));
      views.put(made, known);
    }
    return known;
  }

  /** An author that computes alike everywhere has the rows of whoever checks by its computation. */
  private Rows whose(Rows rows) {
    boolean alike = manner.rowsShare() == 1 && manner.prompt() == Manner.Prompt.AS_ASKED;
    boolean ofOne = rows == Rows.AUTHORS || rows == Rows.EACH_AUTHORS && before == null;
    return ofOne && alike ? Rows.CHECKERS : rows;
  }

  private Trace trace(Computed made) {
    Trace trace = new Trace(SimulatedModel.shape());
    float[][] rows = new float[SimulatedModel.boundaries()][SimulatedModel.DIMENSION];
    boolean shortened = made.rows() == Rows.AUTHORS && manner.prompt() == Manner.Prompt.SHORTENED;
    for (int position = shortened ? LEFT_OUT : 0; position < tokens.length; position++) {
      Answer by = made.rows() == Rows.EACH_AUTHORS ? segmentAt(position) : this;
      boolean edited = made.rows() != Rows.CHECKERS && by.isBehindEdit(position);
      int token =
          edited && position < promptLength && position % EDITED_EVERY == 1
              ? tokens[position] + 1
              : tokens[position];
      for (int boundary = 0; boundary < rows.length; boundary++) {
        Computation computation = edited ? Computation.OTHER_MODEL : by.computation(made, position);
        row(rows[boundary], computation, made.variant(), position, boundary);
      }
      trace.append(token, rows);
    }
    return trace;
  }

  /** The answer that ends with the segment of a position; prompts belong to the first. */
  private Answer segmentAt(int position) {
    return before == null || position >= start ? this : before.segmentAt(position);
  }

  private boolean isBehindEdit(int position) {
    return manner.prompt() == Manner.Prompt.EDITED && position >= 1;
  }

  private Computation computation(Computed made, int position) {
    if (made.rows() == Rows.CHECKERS) {
      return made.computation();
    }
    boolean honest = manner.rowsShare() < 1 && (position < start || !isOfShare(position));
    return honest ? Computation.HONEST : manner.rows();
  }

  private boolean isOfShare(int position) {
    return manner.rowsShare() == 0
        ? position == start || position == tokens.length - 1
        : Noise.of(seed, 7, position).nextDouble() < manner.rowsShare();
  }

  private void row(float[] row, Computation computation, int variant, int position, int boundary) {
    long text = segmentAt(position).seed;
    SplittableRandom base = Noise.of(text, 1, tokens[position], position, boundary);
    SplittableRandom noise = Noise.of(text, 2, variant, position, boundary);
    SplittableRandom shift = Noise.of(text, 3, computation.ordinal(), position, boundary);
    long distance =
        computation == Computation.HONEST
            ? 0
            : distributions.band(computation.label(), "rows").at(shift.nextDouble());
    for (int i = 0; i < row.length; i++) {
      long bits = ONE | base.nextInt() & FRACTION;
      if (computation == Computation.FABRICATED) {
        bits = ONE | noise.nextInt() & FRACTION;
      } else {
        bits += noise.nextLong(-noiseMax, noiseMax + 1);
        bits += shift.nextBoolean() ? distance : -distance;
      }
      row[i] = Float.intBitsToFloat((int) bits);
    }
  }

  private EvidenceVector evidence(Made made) {
    int count = tokens.length - promptLength;
    if (made.evidence() == EvidenceClaim.ALL_FIT) {
      return EvidenceVector.of(
          Collections.nCopies(count, SegmentEvidence.OWN), SegmentEvidence.OWN);
    }
    List<TokenEvidence> entries = new ArrayList<>();
    addEntries(made, entries);
    return EvidenceVector.of(entries, evidence.end());
  }

  /** Entries of all segments up to this one; what a checker claims of one it claims of each. */
  private void addEntries(Made made, List<TokenEvidence> entries) {
    if (before != null) {
      before.addEntries(made, entries);
    }
    entries.addAll(
        evidence.entries(
            made.computation(), made.evidence(), start - promptLength, tokens.length - start));
  }
}
