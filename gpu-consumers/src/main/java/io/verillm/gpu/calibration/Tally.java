package io.verillm.gpu.calibration;

import io.verillm.protocol.check.Decision;
import io.verillm.protocol.sim.Estimate;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What became of the cases of one kind.
 *
 * @param kind {@code honest}, or a cheat's label
 * @param cases number of them
 * @param openedMost most positions that part 1 opened
 * @param rejected share rejected on part 1, with Wilson's 95 % interval
 * @param unsure share left unsure by part 1
 * @param rejectedLast share rejected when part 2 was opened too
 * @param notAccepted share that goes to a second round: not accepted in the end
 * @param reasons of the rejections in the end, and how many
 * @param paperRejected share rejected by the paper's fixed policy on part 1
 * @param ownText share whose text is what the model itself writes for that seed
 */
public record Tally(
    String kind,
    int cases,
    int openedMost,
    Estimate rejected,
    Estimate unsure,
    Estimate rejectedLast,
    Estimate notAccepted,
    SortedMap<String, Integer> reasons,
    Estimate paperRejected,
    Estimate ownText) {

  static Tally of(String kind, List<JudgedCase> cases) {
    SortedMap<String, Integer> reasons = new TreeMap<>();
    cases.stream()
        .map(JudgedCase::reason)
        .filter(Objects::nonNull)
        .forEach(reason -> reasons.merge(reason.name(), 1, Integer::sum));
    return new Tally(
        kind,
        cases.size(),
        cases.stream().mapToInt(JudgedCase::opened).max().orElse(0),
        share(cases, JudgedCase::first, Decision.REJECT),
        share(cases, JudgedCase::first, Decision.UNSURE),
        share(cases, JudgedCase::last, Decision.REJECT),
        Estimate.ofShare(
            cases.stream().filter(one -> one.last() != Decision.ACCEPT).count(), cases.size()),
        reasons,
        share(cases, JudgedCase::paper, Decision.REJECT),
        Estimate.ofShare(
            cases.stream().filter(JudgedCase::writesAsTheModel).count(), cases.size()));
  }

  private static Estimate share(
      List<JudgedCase> cases, Function<JudgedCase, Decision> by, Decision decision) {
    return Estimate.ofShare(
        cases.stream().filter(one -> by.apply(one) == decision).count(), cases.size());
  }
}
