package io.verillm.protocol.shard;

import io.verillm.events.Opening;
import io.verillm.protocol.check.CaseOutcome;
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
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges openings and votes of one case. */
final class Judge {
  private final CaseState found;
  private final CaseGround ground;
  private final VoteRule rule;
  private final byte[] authorNonce;
  private final Hash contextHash;

  /**
   * A judge for a challenged case.
   *
   * @param authorNonce nonce of the author's task
   * @param contextHash what the checkers' contexts hold
   */
  Judge(CaseState found, CaseGround ground, VoteRule rule, byte[] authorNonce, Hash contextHash) {
    this.found = found;
    this.ground = ground;
    this.rule = rule;
    this.authorNonce = authorNonce;
    this.contextHash = contextHash;
  }

  /** A decision and its reason as one text. */
  static String label(String decision, String reason) {
    return reason.equals("NONE") || reason.isEmpty() ? decision : decision + "/" + reason;
  }

  /** Whether an opening fits the task's seal and the challenge. */
  boolean fits(TaskState task, Opening opening, int challenge) {
    OpenedTask opened = opened(task, opening, challenge);
    if (opened == null || task.author && !tagFits(task, opening)) {
      return false;
    }
    task.checked.put(challenge, opened);
    return true;
  }

  private boolean tagFits(TaskState author, Opening opening) {
    FinishReason finish = FinishReason.valueOf(opening.getFinishReason().name());
    Hash tag = Digests.outputTag(Wire.hash(opening.getOutputHash()), finish, authorNonce);
    return tag.equals(author.outputTag);
  }

  private @Nullable OpenedTask opened(TaskState task, Opening opening, int challenge) {
    List<OpenedPosition> positions = found.challenges.get(challenge).positions();
    Hash root = task.sealedRoot();
    if (root == null) {
      return null;
    }
    return OpeningCheck.check(opening, root, ground, positions)
            instanceof OpeningCheck.Result.Fits(OpenedTask fitting)
        ? fitting
        : null;
  }

  /**
   * What a task has opened in one round, one entry for each part; empty where it opened nothing.
   */
  List<OpenedTask> openings(TaskState task, int round) {
    return found.challengesOf(round).stream()
        .filter(task.openings::containsKey)
        .map(i -> valid(task, i))
        .toList();
  }

  /** A valid opening, which is checked once. */
  private OpenedTask valid(TaskState task, int challenge) {
    return task.checked.computeIfAbsent(
        challenge, i -> opened(task, decode(task.openings.get(i)), i));
  }

  private static Opening decode(byte[] value) {
    try {
      return EventCodec.decode(value, Opening.class);
    } catch (UndecodableEvent e) {
      throw new IllegalStateException("stored opening: " + e.getMessage());
    }
  }

  /** Whether the author's sealed output is the one that the checkers were given. */
  boolean inputIsBound(int round) {
    return holdTheContext(openings(found.author(), round));
  }

  /** Whether a checker opened the text that it was given. */
  boolean isOfCase(TaskState checker) {
    return holdTheContext(openings(checker, checker.round));
  }

  private boolean holdTheContext(List<OpenedTask> openings) {
    Hash promptHash = Wire.hash(ground.accepted().getPromptHash());
    return openings.stream()
        .allMatch(
            o -> Digests.contextHash(promptHash, List.of(o.outputHash())).equals(contextHash));
  }

  /**
   * The vote that the openings call for.
   *
   * @return empty where author or checker has opened nothing in this round
   */
  Optional<CaseOutcome> outcome(TaskState checker) {
    List<OpenedTask> own = openings(checker, checker.round);
    List<OpenedTask> claimed = openings(found.author(), checker.round);
    if (own.isEmpty() || claimed.isEmpty()) {
      return Optional.empty();
    }
    // Openings are only ever added, so as many are the same.
    TaskState.KnownOutcome known = checker.outcome;
    if (known == null || known.own() != own.size() || known.claimed() != claimed.size()) {
      CaseOutcome computed = computed(checker, own, claimed);
      known = new TaskState.KnownOutcome(own.size(), claimed.size(), computed);
      checker.outcome = known;
    }
    return Optional.of(known.outcome());
  }

  private CaseOutcome computed(TaskState checker, List<OpenedTask> own, List<OpenedTask> claimed) {
    List<Integer> parts = found.challengesOf(checker.round);
    List<OpenedPosition> first = found.challenges.get(parts.getFirst()).positions();
    boolean both = own.size() > 1 && claimed.size() > 1;
    List<OpenedPosition> second =
        both ? found.challenges.get(parts.getLast()).positions() : List.of();
    return rule.vote(
        first, second, both ? claimed : claimed.subList(0, 1), both ? own : own.subList(0, 1));
  }

  /** The label of the vote that the openings call for; empty where they call for none. */
  static String label(CaseOutcome outcome) {
    return switch (outcome) {
      case Vote v -> label(v.decision().name(), v.reason().map(Enum::name).orElse(""));
      case CaseOutcome.CheckerFault f -> "";
    };
  }

  /** Judges one checker after the votes of its round. */
  void judge(TaskState checker) {
    if (checker.prefillRoot == null) {
      checker.judgement = Judgement.MISSING;
    } else if (checker.fault) {
      checker.judgement = Judgement.FAULT;
      checker.judgementReason = "OPENING";
    } else if (!openedAll(checker)) {
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

  private void judgeVote(TaskState checker, String expected) {
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

  /** Whether a task has opened everything of its round that it had to. */
  boolean openedAll(TaskState task) {
    return opened(task, task.author ? found.round : task.round);
  }

  /** Whether a task has opened every part of a round's challenge that listed it. */
  boolean opened(TaskState task, int round) {
    return found.challengesOf(round).stream()
        .filter(i -> found.challenges.get(i).roster().contains(task.taskId))
        .allMatch(task.openings::containsKey);
  }

  /** Whether a loser's rows fail against more than half of the winners at common positions. */
  boolean contradictsWinners(TaskState loser, List<TaskState> winners) {
    long failing = winners.stream().filter(w -> rowsFail(loser, w)).count();
    return 2 * failing > winners.size();
  }

  private boolean rowsFail(TaskState loser, TaskState winner) {
    List<OpenedTask> one = opened(loser);
    List<OpenedTask> other = opened(winner);
    return !one.isEmpty()
        && !other.isEmpty()
        && rule.rowsFail(VoteRule.merged(one), VoteRule.merged(other));
  }

  /** Everything that a task has opened, in all rounds. */
  private List<OpenedTask> opened(TaskState task) {
    return task.openings.entrySet().stream().map(e -> valid(task, e.getKey())).toList();
  }
}
