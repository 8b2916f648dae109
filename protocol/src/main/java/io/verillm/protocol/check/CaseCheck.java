package io.verillm.protocol.check;

import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.OpeningOutcome;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The vote about one case as a pure function of public terms and two openings.
 *
 * <p>A missing or unfit author's opening ends the check: REJECT(UNAVAILABLE). Different inputs end
 * it too: REJECT(INPUT), for rows over different tokens say nothing. Otherwise all other tests run,
 * and the first failure in the order of {@link RejectReason} decides: rows MODEL, tokens SAMPLING,
 * limits or end token END. Without a failure any unsure test makes the vote UNSURE. Rows that part
 * 1 left unsure count as passed if part 2 was opened: part 2 alone then decides whether the rows
 * are still unsure; a row that fails counts in either part.
 *
 * <p>Without a calibration rows are judged by policy {@code paper}, and neither tokens nor the end
 * token are judged.
 */
public final class CaseCheck {

  private final CaseTerms terms;
  private final @Nullable Calibration calibration;
  private final Map<CaseTest, TestOutcome> outcomes = new EnumMap<>(CaseTest.class);
  private final List<RowResult> rows = new ArrayList<>();
  private Optional<TokenStatistics> tokens = Optional.empty();
  private Optional<TokenEvidence> end = Optional.empty();
  private Optional<String> authorOpening = Optional.empty();

  private CaseCheck(CaseTerms terms, Optional<Calibration> calibration) {
    this.terms = terms;
    this.calibration = calibration.orElse(null);
  }

  /**
   * The vote that the checker must cast.
   *
   * @param calibration limits for the model and both profiles, empty if there are none
   * @param author the author's opening, empty if it opened nothing or nothing that fits its sealed
   *     root
   * @param checker the checker's opening
   * @throws IllegalArgumentException if the calibration is not for this model and these profiles
   */
  public static CaseOutcome vote(
      CaseTerms terms,
      Optional<Calibration> calibration,
      Optional<OpenedTask> author,
      OpenedTask checker) {
    OpeningOutcome own = checker.verify(terms);
    if (own != OpeningOutcome.VALID) {
      return new CaseOutcome.CheckerFault(own);
    }
    calibration.ifPresent(given -> requireFitting(given, terms, author, checker));
    return new CaseCheck(terms, calibration).vote(author, checker);
  }

  /**
   * As {@link #vote}, for openings that are known to fit: {@link OpenedTask#verify} has found every
   * part of both valid. Verifying is nearly all of the work, and a case asks for many votes over
   * the same two openings.
   *
   * @throws IllegalArgumentException if the calibration is not for this model and these profiles
   */
  public static Vote voteOnValid(
      CaseTerms terms, Optional<Calibration> calibration, OpenedTask author, OpenedTask checker) {
    calibration.ifPresent(given -> requireFitting(given, terms, Optional.of(author), checker));
    CaseCheck check = new CaseCheck(terms, calibration);
    check.record(CaseTest.OPENINGS, true);
    return check.vote(author, checker);
  }

  private static void requireFitting(
      Calibration calibration, CaseTerms terms, Optional<OpenedTask> author, OpenedTask checker) {
    boolean authorFits =
        author.isEmpty() || author.get().profile().id().equals(calibration.profileAuthor());
    if (!calibration.modelId().equals(terms.modelId())
        || calibration.rows().size() != terms.boundaries()
        || !authorFits
        || !checker.profile().id().equals(calibration.profileChecker())) {
      throw new IllegalArgumentException(
          "calibration '%s' is not for model %s with %d boundaries, author %s and checker %s"
              .formatted(
                  calibration.id(),
                  terms.modelId(),
                  terms.boundaries(),
                  author.map(OpenedTask::profile),
                  checker.profile()));
    }
  }

  private Vote vote(Optional<OpenedTask> opened, OpenedTask checker) {
    authorOpening = unfit(opened);
    record(CaseTest.OPENINGS, authorOpening.isEmpty());
    if (authorOpening.isPresent()) {
      return reject(RejectReason.UNAVAILABLE);
    }
    return vote(opened.orElseThrow(), checker);
  }

  private Vote vote(OpenedTask author, OpenedTask checker) {
    record(CaseTest.INPUT, sameInput(author, checker));
    if (failed(CaseTest.INPUT)) {
      return reject(RejectReason.INPUT);
    }
    outcomes.put(CaseTest.ROWS, compareRows(author, checker));
    record(CaseTest.END_LIMITS, terms.limits().allow(author.finishReason(), author.size()));
    if (calibration != null) {
      judgeTokens(calibration, author, checker);
    }
    return decide();
  }

  private Optional<String> unfit(Optional<OpenedTask> author) {
    if (author.isEmpty()) {
      return Optional.of("MISSING");
    }
    OpeningOutcome outcome = author.get().verify(terms);
    return outcome == OpeningOutcome.VALID ? Optional.empty() : Optional.of(outcome.name());
  }

  private boolean sameInput(OpenedTask author, OpenedTask checker) {
    return agrees(author, terms.author())
        && agrees(checker, terms.checker())
        && sameTokens(terms.firstPart(), author, checker)
        && sameTokens(terms.secondPart(), author, checker);
  }

  private static boolean sameTokens(
      List<OpenedPosition> part, OpenedTask author, OpenedTask checker) {
    for (OpenedPosition challenged : part) {
      if (opening(author, challenged).tokenId() != opening(checker, challenged).tokenId()) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(OpenedTask opened, ExpectedOutput expected) {
    return opened.size() == expected.size() && opened.outputHash().equals(expected.outputHash());
  }

  private static PositionOpening opening(OpenedTask task, OpenedPosition challenged) {
    return task.at(challenged.position()).orElseThrow();
  }

  private TestOutcome compareRows(OpenedTask author, OpenedTask checker) {
    TestOutcome first = compareRows(terms.firstPart(), author, checker);
    if (terms.secondPart().isEmpty()) {
      return first;
    }
    TestOutcome second = compareRows(terms.secondPart(), author, checker);
    return first == TestOutcome.FAIL ? first : second;
  }

  private TestOutcome compareRows(
      List<OpenedPosition> part, OpenedTask author, OpenedTask checker) {
    RowTest test = calibration == null ? new PaperRows() : new CalibratedRows(calibration.rows());
    TestOutcome worst = TestOutcome.PASS;
    for (OpenedPosition challenged : part) {
      PositionOpening x = opening(checker, challenged);
      PositionOpening y = opening(author, challenged);
      for (int i = 0; i < x.rows().size(); i++) {
        int boundary = x.rows().get(i).boundary();
        Row own = x.rows().get(i).row(checker.profile().rowType());
        Row claimed = y.rows().get(i).row(author.profile().rowType());
        RowScore score = test.test(boundary, own, claimed);
        rows.add(new RowResult(challenged.position(), boundary, score));
        worst = worst.worse(score.outcome());
      }
    }
    return worst;
  }

  private void judgeTokens(Calibration limits, OpenedTask author, OpenedTask checker) {
    TokenTest test = new TokenTest(limits.tokens(), limits.clip());
    int promptLength = terms.limits().promptLength();
    TokenStatistics statistics =
        test.statistics(
            checker.evidence(),
            terms.span().firstToken(promptLength) - promptLength,
            terms.span().end() - promptLength);
    tokens = Optional.of(statistics);
    outcomes.put(CaseTest.TOKENS, test.judge(statistics));
    // A longer context has no logits for an end token at the segment's end.
    if (author.finishReason() == FinishReason.EOS && checker.size() == terms.span().end()) {
      end = Optional.of(checker.evidence().end());
      outcomes.put(CaseTest.END_TOKEN, test.judgeEnd(checker.evidence().end()));
    }
  }

  private Vote decide() {
    if (failed(CaseTest.ROWS)) {
      return reject(RejectReason.MODEL);
    }
    if (failed(CaseTest.TOKENS)) {
      return reject(RejectReason.SAMPLING);
    }
    if (failed(CaseTest.END_LIMITS) || failed(CaseTest.END_TOKEN)) {
      return reject(RejectReason.END);
    }
    Decision decision =
        outcomes.containsValue(TestOutcome.UNSURE) ? Decision.UNSURE : Decision.ACCEPT;
    return new Vote(decision, Optional.empty(), report());
  }

  private Vote reject(RejectReason reason) {
    return new Vote(Decision.REJECT, Optional.of(reason), report());
  }

  private void record(CaseTest test, boolean passed) {
    outcomes.put(test, passed ? TestOutcome.PASS : TestOutcome.FAIL);
  }

  private boolean failed(CaseTest test) {
    return outcomes.get(test) == TestOutcome.FAIL;
  }

  private CaseReport report() {
    int opened = outcomes.containsKey(CaseTest.ROWS) ? terms.challenged().size() : 0;
    return new CaseReport(
        calibration == null ? Policy.PAPER : Policy.CALIBRATED,
        Optional.ofNullable(calibration).map(Calibration::id),
        outcomes,
        authorOpening,
        rows,
        tokens,
        end,
        opened,
        Math.max(0, terms.span().total() - opened));
  }
}
