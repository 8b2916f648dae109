package io.verillm.protocol.shard;

import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.vote.VoteRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what members of a case have opened, whatever they voted: what round 2 looks at again,
 * and who stands alone with its rows.
 */
final class MemberComparison {
  private final CaseState found;
  private final VoteRule rule;

  MemberComparison(CaseState found, VoteRule rule) {
    this.found = found;
    this.rule = rule;
  }

  /**
   * Positions that the first round leaves open, as they were challenged: those at which the
   * author's opening fails against that of a checker, or is unsure in the last part that the
   * checker judged. Votes are not asked: whoever made rows up is only compared once more.
   */
  List<OpenedPosition> leftOpen() {
    List<OpenedTask> claimed = found.openings(found.author(), 1);
    Set<Integer> open =
        found
            .checkers(1)
            .flatMap(checker -> leftOpen(claimed, found.openings(checker, 1)))
            .collect(Collectors.toSet());
    return found.challengesOf(1).stream()
        .flatMap(i -> found.challenges.get(i).positions().stream())
        .filter(p -> open.contains(p.position()))
        .toList();
  }

  private Stream<Integer> leftOpen(List<OpenedTask> claimed, List<OpenedTask> own) {
    int parts = Math.min(claimed.size(), own.size());
    return parts == 0
        ? Stream.empty()
        : Stream.concat(
            rule.failing(VoteRule.merged(own), VoteRule.merged(claimed)),
            rule.unclear(own.get(parts - 1), claimed.get(parts - 1)));
  }

  /**
   * Whether a loser's rows or evidence fail against more than half of the winners of round 2.
   *
   * @param accepted whether these accept the answer
   */
  boolean contradictsWinners(MemberState loser, List<MemberState> winners, boolean accepted) {
    long failing = winners.stream().filter(w -> fails(loser, w, accepted)).count();
    return 2 * failing > winners.size();
  }

  private boolean fails(MemberState voter, MemberState winner, boolean accepted) {
    List<OpenedTask> opened = opened(voter);
    List<OpenedTask> others = opened(winner);
    if (opened.isEmpty() || others.isEmpty()) {
      return false;
    }
    OpenedTask one = VoteRule.merged(opened);
    OpenedTask other = VoteRule.merged(others);
    boolean ended = hasEnded();
    boolean evidence =
        voter.is(Judgement.REJECT)
            ? rule.evidenceFails(one, other, accepted, ended)
            : rule.evidenceFails(other, one, false, ended);
    return evidence || rule.failing(one, other).findAny().isPresent();
  }

  /**
   * Whether what a voter sealed is its own, whatever an author seals: so many members of round 2
   * are not like it. Who finds fault with the answer must be like them by the closer limits, which
   * two honest checkers are.
   *
   * @param accepted whether round 2 accepts the answer
   */
  boolean isApart(MemberState voter, int members, boolean accepted) {
    Optional<VoteRule> closer = voter.is(Judgement.ACCEPT) ? Optional.empty() : rule.closer();
    return found
            .checkers(2)
            .filter(m -> m.isValid() && m != voter)
            .filter(m ->
                fails(voter, m, accepted)
                    || closer.filter(by -> isApart(by, voter, m, accepted)).isPresent())
            .count()
        >= members;
  }

  private boolean isApart(VoteRule by, MemberState voter, MemberState other, boolean accepted) {
    OpenedTask one = VoteRule.merged(opened(voter));
    OpenedTask two = VoteRule.merged(opened(other));
    return by.unclear(one, two).findAny().isPresent()
        || by.evidenceFails(one, two, accepted, hasEnded());
  }

  private boolean hasEnded() {
    return opened(found.author()).stream().anyMatch(o -> o.finishReason() == FinishReason.EOS);
  }

  /** Everything that a member has opened, in all rounds. */
  private List<OpenedTask> opened(MemberState member) {
    return List.copyOf(member.openings.values());
  }
}
