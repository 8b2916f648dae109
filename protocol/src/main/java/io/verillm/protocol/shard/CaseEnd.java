package io.verillm.protocol.shard;

import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.log.ClosedEpoch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How cases end: from judged votes to verdict and settlement. */
final class CaseEnd {
  private final ShardState state;
  private final CaseSteps steps;
  private final Consumer<Effect> effects;

  CaseEnd(ShardState state, CaseSteps steps, Consumer<Effect> effects) {
    this.state = state;
    this.steps = steps;
    this.effects = effects;
  }

  /** ceil(2n/3). */
  static int twoThirds(int seats) {
    return (2 * seats + 2) / 3;
  }

  /** Enough valid votes, all ACCEPT; anything else goes to round 2. */
  boolean firstRoundAccepts(CaseState found) {
    List<TaskState> valid = found.checkers(1).filter(t -> t.judgement.valid()).toList();
    return valid.size() >= twoThirds(found.accepted().getCheckers())
        && valid.stream().allMatch(t -> t.judgement == Judgement.ACCEPT);
  }

  /** A verdict that a dispute may still overturn. */
  void provisional(CaseState found, ClosedEpoch epoch) {
    found.decision = new CaseDecision(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    found.phase = Phase.DECIDED;
    found.waitFrom(epoch.epoch());
    verdict(found, epoch, found.decision, false);
  }

  /** Two thirds of the seats decide; fewer decide nothing. */
  void secondRound(CaseState found, ClosedEpoch epoch, Judge judge) {
    markClosed(found, judge);
    int needed = twoThirds(found.committees.getLast().seats());
    List<TaskState> accepting = judged(found, 2, Judgement.ACCEPT);
    List<TaskState> rejecting = judged(found, 2, Judgement.REJECT);
    if (accepting.size() >= needed) {
      markLosers(found, judge, Judgement.ACCEPT);
      last(found, epoch, new CaseDecision(VerdictOutcome.ACCEPTED, "SECOND_ROUND"));
    } else if (rejecting.size() >= needed) {
      markLosers(found, judge, Judgement.REJECT);
      last(found, epoch, new CaseDecision(VerdictOutcome.REJECTED, commonReason(rejecting)));
    } else {
      last(found, epoch, new CaseDecision(VerdictOutcome.INCONCLUSIVE, "NO_TWO_THIRDS"));
    }
  }

  /**
   * An author that committed and opened nothing fitting is rejected by its silence; votes are not
   * needed.
   */
  void unavailable(CaseState found, ClosedEpoch epoch, Judge judge) {
    found
        .checkers(found.round)
        .forEach(t -> {
          judge.judge(t);
          boolean opened = t.judgement != Judgement.MISSING && !t.fault && judge.openedAll(t);
          // Whatever it voted on, it was shown something that did not count.
          if (opened && !t.judgement.valid() && judge.isOfCase(t)) {
            t.judgement = Judgement.REJECT;
            t.judgementReason = "UNAVAILABLE";
          }
        });
    last(found, epoch, new CaseDecision(VerdictOutcome.REJECTED, "UNAVAILABLE"));
  }

  /** The verdict that nothing follows, and the settlement. */
  void last(CaseState found, ClosedEpoch epoch, CaseDecision decision) {
    found.phase = Phase.CLOSED;
    verdict(found, epoch, decision, true);
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS,
            found.requestId,
            Settlement.of(found, decision, found.parameters, size(found))));
    state.open.remove(ShardState.key(found.requestId, found.segment));
    state.closed.add(found.requestId);
    found.tasks.forEach(t -> state.byTask.remove(t.taskId));
  }

  /** A request that no worker came for: the escrow goes back. */
  void unaccepted(String requestId, ClosedEpoch epoch) {
    String requester = state.granted.expire(requestId);
    effects.accept(
        new Effect.Publish(
            Effect.Stream.VERDICTS,
            requestId,
            VerdictStatement.withoutCase(requestId, epoch.epoch(), "NO_WORKER")));
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS, requestId, Settlement.refund(requestId, requester)));
    state.closed.add(requestId);
  }

  private int size(CaseState found) {
    return steps.output(found).map(Secrets.Output::size).orElse(found.accepted().getPromptLength());
  }

  private void verdict(CaseState found, ClosedEpoch epoch, CaseDecision decision, boolean last) {
    effects.accept(
        new Effect.Publish(
            Effect.Stream.VERDICTS,
            found.requestId,
            new VerdictStatement(found, found.challenges.isEmpty() ? null : steps.judge(found))
                .event(epoch.epoch(), decision, last, size(found))));
  }

  private static List<TaskState> judged(CaseState found, int round, Judgement judgement) {
    return found.checkers(round).filter(t -> t.judgement == judgement).toList();
  }

  /** A loser must not escape the comparison with round 2 by opening nothing. */
  private static void markClosed(CaseState found, Judge judge) {
    found
        .checkers(1)
        .filter(t -> t.committed() && !judge.opened(t, 2))
        .forEach(t -> t.closedInSecondRound = true);
  }

  private static void markLosers(CaseState found, Judge judge, Judgement winning) {
    Judgement losing = winning == Judgement.ACCEPT ? Judgement.REJECT : Judgement.ACCEPT;
    List<TaskState> winners = voters(found, winning).toList();
    for (TaskState loser : voters(found, losing).toList()) {
      loser.contradicted = judge.contradictsWinners(loser, winners);
    }
  }

  private static Stream<TaskState> voters(CaseState found, Judgement judgement) {
    return Stream.of(1, 2).flatMap(found::checkers).filter(t -> t.judgement == judgement);
  }

  /** The reason that most give; among equals the first by name. */
  private static String commonReason(List<TaskState> rejecting) {
    Map<String, Long> counts =
        rejecting.stream()
            .collect(
                Collectors.groupingBy(t -> t.judgementReason, TreeMap::new, Collectors.counting()));
    Optional<String> most =
        counts.entrySet().stream()
            .reduce((a, b) -> b.getValue() > a.getValue() ? b : a)
            .map(Map.Entry::getKey);
    return most.orElse("REJECT");
  }
}
