package io.verillm.protocol.shard;

import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.UndecidedReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How cases are decided: from openings and judged votes to a decision. */
final class CaseEnd {
  /** The decision of a first round. */
  static final CaseDecision ALL_ACCEPT = new CaseDecision(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");

  /** Two thirds of round 2 could compute the author's answer and were not sure to find it there. */
  static final CaseDecision UNCONFIRMED =
      new CaseDecision(VerdictOutcome.INCONCLUSIVE, "UNCONFIRMED");

  private CaseEnd() {}

  /** ceil(2n/3). */
  static int twoThirds(int seats) {
    return (2 * seats + 2) / 3;
  }

  /** All openings are there, or late: an author that opened nothing needs no votes. */
  static void opened(CaseState found, Judge judge) {
    found.opening = false;
    if (!found.author().openings.containsKey(found.currentChallenge())) {
      unavailable(found, judge);
      if (found.round == 2) {
        markClosed(found);
      }
    } else if (!judge.inputIsBound(found.round)) {
      found.decision = CaseDecision.undecided(UndecidedReason.COORDINATOR_INPUT);
    }
  }

  private static void unavailable(CaseState found, Judge judge) {
    found
        .checkers(found.round)
        .forEach(m -> {
          judge.judge(m);
          boolean opened = !m.is(Judgement.MISSING) && !m.fault && found.hasOpenedAll(m);
          // Whatever it voted on, it was shown something that did not count.
          if (opened && !m.isValid() && judge.isOfCase(m)) {
            m.judgement = Judgement.REJECT;
            m.judgementReason = "UNAVAILABLE";
          }
        });
    found.decision = new CaseDecision(VerdictOutcome.REJECTED, "UNAVAILABLE");
  }

  /**
   * Enough valid votes of the committee, and all votes ACCEPT; anything else goes to round 2.
   *
   * @param seats members asked for
   */
  static void firstRound(CaseState found, Judge judge, int seats) {
    found.checkers(1).forEach(judge::judge);
    List<MemberState> valid = found.checkers(1).filter(MemberState::isValid).toList();
    boolean enough = valid.stream().filter(m -> !m.isHandover()).count() >= twoThirds(seats);
    if (enough && valid.stream().allMatch(m -> m.is(Judgement.ACCEPT))) {
      found.decision = ALL_ACCEPT;
    }
  }

  /** Two thirds of the seats decide; fewer decide nothing. */
  static void secondRound(CaseState found, Judge judge, int seats) {
    found.checkers(2).forEach(judge::judge);
    markClosed(found);
    List<MemberState> accepting = judged(found, Judgement.ACCEPT);
    List<MemberState> rejecting = judged(found, Judgement.REJECT);
    long doubting =
        rejecting.size()
            + judged(found, Judgement.UNSURE).size()
            + accepting.stream().filter(judge::doubts).count();
    if (rejecting.size() >= twoThirds(seats)) {
      markContradicted(found, judge, rejecting, false, seats);
      found.decision = new CaseDecision(VerdictOutcome.REJECTED, commonReason(rejecting));
    } else if (doubting >= twoThirds(seats)) {
      found.decision = UNCONFIRMED;
    } else if (accepting.size() >= twoThirds(seats)) {
      markContradicted(found, judge, accepting, true, seats);
      found.decision = new CaseDecision(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    } else {
      found.decision = new CaseDecision(VerdictOutcome.INCONCLUSIVE, "NO_TWO_THIRDS");
    }
  }

  private static List<MemberState> judged(CaseState found, Judgement judgement) {
    return found.checkers(2).filter(m -> m.is(judgement)).toList();
  }

  /** A loser must not escape the comparison with round 2 by opening nothing. */
  private static void markClosed(CaseState found) {
    found
        .checkers(1)
        .filter(m -> m.committed() && !found.hasOpened(m, 2))
        .forEach(m -> m.closedInSecondRound = true);
  }

  /**
   * Who lost against round 2 is compared with its winners. Everybody else that voted, and they too,
   * are contradicted by two thirds of the seats: fewer could be friends of an author.
   */
  private static void markContradicted(
      CaseState found, Judge judge, List<MemberState> winners, boolean accepted, int seats) {
    MemberComparison comparison = judge.comparison();
    Stream.of(1, 2)
        .flatMap(found::checkers)
        .filter(m -> m.isValid() && !winners.contains(m))
        .forEach(m ->
            m.contradicted =
                m.is(accepted ? Judgement.REJECT : Judgement.ACCEPT)
                        && comparison.contradictsWinners(m, winners, accepted)
                    || comparison.isApart(m, twoThirds(seats), accepted));
  }

  /** The reason that most give; among equals the first by name. */
  private static String commonReason(List<MemberState> rejecting) {
    Map<String, Long> counts =
        rejecting.stream()
            .collect(
                Collectors.groupingBy(m -> m.judgementReason, TreeMap::new, Collectors.counting()));
    Optional<String> most =
        counts.entrySet().stream()
            .reduce((a, b) -> b.getValue() > a.getValue() ? b : a)
            .map(Map.Entry::getKey);
    return most.orElse("REJECT");
  }
}
