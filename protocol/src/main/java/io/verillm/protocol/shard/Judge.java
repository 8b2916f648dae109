package io.verillm.protocol.shard;

import io.verillm.events.Opening;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.VoteRule;
import io.verillm.protocol.vote.VoteRule.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges openings and votes of one case. */
final class Judge {
  private final CaseState found;
  private final CaseGround ground;
  private final VoteRule rule;
  private final Supplier<byte[]> authorNonce;
  private final Function<MemberState, Hash> outputHashes;

  /**
   * A judge for a challenged case.
   *
   * @param authorNonce nonce of the author's task
   * @param outputHashes what each member's opened seal must hold as its output
   */
  Judge(
      CaseState found,
      CaseGround ground,
      VoteRule rule,
      Supplier<byte[]> authorNonce,
      Function<MemberState, Hash> outputHashes) {
    this.found = found;
    this.ground = ground;
    this.rule = rule;
    this.authorNonce = authorNonce;
    this.outputHashes = outputHashes;
  }

  /** What members have opened, beside each other. */
  MemberComparison comparison() {
    return new MemberComparison(found, rule);
  }

  /** A decision and its reason as one text. */
  static String label(String decision, String reason) {
    return reason.equals("NONE") || reason.isEmpty() ? decision : decision + "/" + reason;
  }

  /** Takes an opening that fits the member's seal and the challenge; false for any other. */
  boolean takes(MemberState member, Opening opening, int challenge) {
    OpenedTask opened = opened(member, opening, challenge);
    if (opened == null || member.author && !tagFits(member.task, opening)) {
      return false;
    }
    member.openings.put(challenge, opened);
    return true;
  }

  private boolean tagFits(TaskState author, Opening opening) {
    FinishReason finish = FinishReason.valueOf(opening.getFinishReason().name());
    Hash tag = Digests.outputTag(Wire.hash(opening.getOutputHash()), finish, authorNonce.get());
    return tag.equals(author.outputTag);
  }

  private @Nullable OpenedTask opened(MemberState member, Opening opening, int challenge) {
    List<OpenedPosition> positions = found.challenges.get(challenge).positions();
    Hash root = member.sealedRoot();
    if (root == null) {
      return null;
    }
    List<OpenedTask> others =
        found.members.stream().flatMap(m -> Stream.ofNullable(m.openings.get(challenge))).toList();
    return OpeningCheck.check(opening, root, ground, size(member), positions, others)
            instanceof OpeningCheck.Result.Fits(OpenedTask fitting)
        ? fitting
        : null;
  }

  private int size(MemberState member) {
    return member.author ? ground.size() : ground.sizeOfContext(member.task.segment);
  }

  private ExpectedOutput expected(MemberState member) {
    return new ExpectedOutput(size(member), outputHashes.apply(member));
  }

  /**
   * Whether the author's sealed segment is the one that the checkers were given, and one that the
   * coordinator could hand over.
   */
  boolean inputIsBound(int round) {
    return holdsItsOutput(found.author(), round)
        && found.openings(found.author(), round).stream()
            .allMatch(o -> ground.isLast() || o.finishReason() == FinishReason.STOP);
  }

  /** Whether a checker opened the text that it was given. */
  boolean isOfCase(MemberState checker) {
    return holdsItsOutput(checker, checker.round);
  }

  private boolean holdsItsOutput(MemberState member, int round) {
    Hash expected = outputHashes.apply(member);
    return found.openings(member, round).stream().allMatch(o -> o.outputHash().equals(expected));
  }

  /**
   * The vote that the openings call for.
   *
   * @return empty where author or checker has opened nothing in this round
   */
  Optional<CaseOutcome> outcome(MemberState checker) {
    MemberState author = found.author();
    List<OpenedTask> own = found.openings(checker, checker.round);
    List<OpenedTask> claimed = found.openings(author, checker.round);
    if (own.isEmpty() || claimed.isEmpty()) {
      return Optional.empty();
    }
    // Openings are only ever added, so as many are the same.
    MemberState.KnownOutcome known = checker.outcome;
    if (known == null || known.own() != own.size() || known.claimed() != claimed.size()) {
      CaseOutcome computed =
          knownOf(checker, own, claimed.size())
              .orElseGet(() -> computed(rule, checker, own, claimed));
      known = new MemberState.KnownOutcome(own.size(), claimed.size(), computed);
      checker.outcome = known;
    }
    return Optional.of(known.outcome());
  }

  /** What the same openings of another checker call for: workers of a kind compute alike. */
  private Optional<CaseOutcome> knownOf(MemberState checker, List<OpenedTask> own, int claimed) {
    return found
        .checkers(checker.round)
        .filter(m -> m.outcome != null)
        .filter(m -> m.outcome.own() == own.size() && m.outcome.claimed() == claimed)
        .filter(m -> expected(m).equals(expected(checker)))
        .filter(m -> found.openings(m, m.round).equals(own))
        .map(m -> m.outcome.outcome())
        .findFirst();
  }

  private CaseOutcome computed(
      VoteRule by, MemberState checker, List<OpenedTask> own, List<OpenedTask> claimed) {
    List<Integer> parts = found.challengesOf(checker.round);
    List<OpenedPosition> first = found.challenges.get(parts.getFirst()).positions();
    int both = own.size() > 1 && claimed.size() > 1 ? 2 : 1;
    List<OpenedPosition> second =
        both == 2 ? found.challenges.get(parts.getLast()).positions() : List.of();
    return by.vote(
        first,
        second,
        new Side(expected(found.author()), claimed.subList(0, both)),
        new Side(expected(checker), own.subList(0, both)));
  }

  /**
   * Whether a checker that accepts would not by the closer limits, which honest authors stay far
   * below: this one has moved what it sealed, and who is nearer to it by chance is sure of it.
   */
  boolean doubts(MemberState checker) {
    List<OpenedTask> own = found.openings(checker, checker.round);
    List<OpenedTask> claimed = found.openings(found.author(), checker.round);
    return rule.closer()
        .map(by -> computed(by, checker, own, claimed))
        .filter(outcome -> !(outcome instanceof Vote v && v.decision() == Decision.ACCEPT))
        .isPresent();
  }

  /** The label of the vote that the openings call for; empty where they call for none. */
  static String label(CaseOutcome outcome) {
    return switch (outcome) {
      case Vote v -> label(v.decision().name(), v.reason().map(Enum::name).orElse(""));
      case CaseOutcome.CheckerFault f -> "";
    };
  }

  /** Judges one checker after the votes of its round. */
  void judge(MemberState checker) {
    if (!checker.committed()) {
      checker.judgement = Judgement.MISSING;
    } else if (checker.fault) {
      checker.judgement = Judgement.FAULT;
      checker.judgementReason = "OPENING";
    } else if (!found.hasOpenedAll(checker)) {
      checker.judgement = Judgement.SILENT;
      checker.judgementReason = "OPENING";
    } else if (inputIsBound(checker.round) && !isOfCase(checker)) {
      // The author opened the text that the checkers were given: this one made another up.
      checker.judgement = Judgement.FAULT;
      checker.judgementReason = "CONTEXT";
    } else {
      judgeVote(checker, outcome(checker).map(Judge::label).orElse(""));
    }
  }

  private void judgeVote(MemberState checker, String expected) {
    if (checker.vote.isEmpty()) {
      checker.judgement = Judgement.SILENT;
      checker.judgementReason = "VOTE";
    } else if (!checker.vote.equals(expected)) {
      checker.judgement = Judgement.FAULT;
      checker.judgementReason = "VOTE";
    } else {
      String[] parts = checker.vote.split("/", 2);
      checker.judgement = Judgement.valueOf(parts[0]);
      checker.judgementReason = parts.length > 1 ? parts[1] : "";
    }
  }
}
