package io.verillm.gpu.calibration;

import io.verillm.models.ModelConfig;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.CaseCheck;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.check.CaseReport;
import io.verillm.protocol.check.CaseTerms;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.RowResult;
import io.verillm.protocol.check.RowScore;
import io.verillm.protocol.check.TokenStatistics;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges a pair as a checker's vote does: with drawn positions, by the rule that votes go by. */
final class CaseJudge {
  private final Hash modelId;
  private final ModelConfig config;
  private final Calibration calibration;

  CaseJudge(Hash modelId, ModelConfig config, Calibration calibration) {
    this.modelId = modelId;
    this.config = config;
    this.calibration = calibration;
  }

  JudgedCase judge(Pair pair) {
    int size = pair.author().trace().size();
    int prompt = pair.promptLength();
    CaseSpan span = new CaseSpan(Math.min(prompt, size - 1), size, size);
    Hash seed = pair.draw().seed();
    List<OpenedPosition> first = PositionDraw.first(seed, span, boundaries());
    EvidenceVector evidence = pair.evidence(config.eosId(), calibration.candidateBand());
    Vote one = vote(pair, evidence, span, first, List.of(), Optional.of(calibration));
    Vote last = one;
    if (one.decision() == Decision.UNSURE) {
      Set<Integer> opened =
          first.stream().map(OpenedPosition::position).collect(Collectors.toSet());
      List<OpenedPosition> second = PositionDraw.second(seed, span, boundaries(), opened);
      if (!second.isEmpty()) {
        last = vote(pair, evidence, span, first, second, Optional.of(calibration));
      }
    }
    Vote paper = vote(pair, evidence, span, first, List.of(), Optional.empty());
    CaseReport report = one.report();
    TokenStatistics tokens = report.tokens().orElseThrow();
    long end = report.end().map(entry -> (long) entry.margin()).orElse(0L);
    return new JudgedCase(
        one.decision(),
        last.decision(),
        last.reason().orElse(null),
        paper.decision(),
        size,
        first.size(),
        rows(report),
        tokens.meanMargin(),
        Math.max(tokens.maximumMargin(), end));
  }

  private int boundaries() {
    return config.boundaries().size();
  }

  private List<Long> rows(CaseReport report) {
    List<Long> largest = new ArrayList<>(Collections.nCopies(boundaries(), -1L));
    for (RowResult row : report.rows()) {
      long statistic = row.score().statistic();
      long value = statistic == RowScore.NOT_FINITE ? Long.MAX_VALUE : statistic;
      largest.set(row.boundary(), Math.max(value, largest.get(row.boundary())));
    }
    return largest;
  }

  private Vote vote(
      Pair pair,
      EvidenceVector evidence,
      CaseSpan span,
      List<OpenedPosition> first,
      List<OpenedPosition> second,
      Optional<Calibration> limits) {
    int prompt = pair.promptLength();
    Hash output = outputHash(pair.author(), prompt);
    ExpectedOutput expected = new ExpectedOutput(span.end(), output);
    CaseTerms terms =
        new CaseTerms(
            modelId,
            boundaries(),
            config.width(),
            span,
            new CaseLimits(
                prompt, pair.draw().tokens(), config.positions(), OptionalInt.of(span.end())),
            expected,
            expected,
            first,
            second);
    List<OpenedPosition> all = terms.challenged();
    FinishReason reason = pair.author().ended() ? FinishReason.EOS : FinishReason.STOP;
    return CaseCheck.voteOnValid(
        terms,
        limits,
        opened(pair.author(), all, output, reason, evidence),
        opened(pair.checker(), all, output, FinishReason.NONE, evidence));
  }

  private static Hash outputHash(Generation author, int prompt) {
    int[] tokens = author.tokens();
    return Digests.outputHash(Arrays.copyOfRange(tokens, prompt, tokens.length));
  }

  private OpenedTask opened(
      Generation of,
      List<OpenedPosition> positions,
      Hash output,
      FinishReason reason,
      EvidenceVector evidence) {
    Trace trace = of.trace();
    int norm = trace.shape().finalNorm();
    List<PositionOpening> opened =
        positions.stream()
            .map(at -> trace.open(at.position(), trace.size(), at.boundary(), norm))
            .toList();
    return new OpenedTask(
        trace.shape().profile(), trace.root(), trace.size(), output, reason, evidence, opened);
  }
}
