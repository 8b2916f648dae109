package io.verillm.protocol.shard;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.SettlementKinds;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settlement (i): what a case's end pays and takes, protocol section 11. At most one slash for a
 * task.
 */
final class Settlement {
  private Settlement() {}

  static SettleCase of(CaseState found, CaseDecision decision, ParametersSet p, int size) {
    List<CaseSlash> slashes =
        found.tasks.stream().flatMap(t -> slash(found, t, decision, p).stream()).toList();
    List<CasePayment> payments =
        found.tasks.stream()
            .filter(
                t -> slashes.stream().noneMatch(s -> s.getTaskId().equals(Wire.buffer(t.taskId))))
            .flatMap(t -> payment(found, t, decision, p, size).stream())
            .toList();
    return new SettleCase(
        "settle/%s/%d".formatted(found.requestId, found.segment),
        found.requestId,
        found.segment,
        decision.outcome().name(),
        found.accepted().getRequester(),
        payments,
        slashes,
        votes(found, slashes));
  }

  /** A request that ended before it became a case: everything goes back. */
  static SettleCase refund(String requestId, String requester) {
    return new SettleCase(
        "settle/%s/0".formatted(requestId),
        requestId,
        0,
        VerdictOutcome.EXPIRED.name(),
        requester,
        List.of(),
        List.of(),
        List.of());
  }

  private static Optional<CasePayment> payment(
      CaseState found, TaskState t, CaseDecision decision, ParametersSet p, int size) {
    if (!t.author) {
      boolean earns = t.judgement == Judgement.ACCEPT || t.judgement == Judgement.REJECT;
      return earns
          ? Optional.of(new CasePayment(t.worker, Wire.buffer(t.taskId), p.getFlatFee(), fee(t)))
          : Optional.empty();
    }
    if (decision.outcome() != VerdictOutcome.ACCEPTED || t.attempt != found.attempt) {
      return Optional.empty();
    }
    return Optional.of(
        new CasePayment(
            t.worker, Wire.buffer(t.taskId), price(found, size), SettlementKinds.AUTHOR));
  }

  /** Who pays differs by round. */
  private static String fee(TaskState t) {
    return t.round == 1 ? SettlementKinds.FEE : SettlementKinds.FEE_ROUND_2;
  }

  /** The price of the tokens that were generated, rounded down. */
  private static long price(CaseState found, int size) {
    long generated = size - found.accepted().getPromptLength();
    return BigInteger.valueOf(found.accepted().getPrice())
        .multiply(BigInteger.valueOf(generated))
        .divide(BigInteger.valueOf(found.accepted().getMaxTokens()))
        .longValueExact();
  }

  private static Optional<CaseSlash> slash(
      CaseState found, TaskState t, CaseDecision decision, ParametersSet p) {
    if (t.author) {
      return authorSlash(found, t, decision, p);
    }
    boolean silent = t.judgement == Judgement.SILENT || t.closedInSecondRound;
    if (t.fault || t.judgement == Judgement.FAULT || silent || t.contradicted) {
      return Optional.of(slash(t, p.getSlashOpening(), SettlementKinds.SLASH_OPENING));
    }
    return t.judgement == Judgement.MISSING
        ? Optional.of(slash(t, p.getSlashMissing(), SettlementKinds.SLASH_MISSING))
        : Optional.empty();
  }

  private static Optional<CaseSlash> authorSlash(
      CaseState found, TaskState t, CaseDecision decision, ParametersSet p) {
    if (t.ineligible) {
      // It was asked by mistake, and owes nothing.
      return Optional.empty();
    }
    boolean replaced = t.attempt < found.attempt;
    if (replaced || decision.outcome() == VerdictOutcome.EXPIRED) {
      // Whoever sealed its segment was not silent, whatever became of its tokens.
      return t.finalRoot != null
          ? Optional.empty()
          : Optional.of(slash(t, p.getSlashMissing(), SettlementKinds.SLASH_MISSING));
    }
    return decision.outcome() == VerdictOutcome.REJECTED
        ? Optional.of(slash(t, p.getSlashAuthor(), SettlementKinds.SLASH_AUTHOR))
        : Optional.empty();
  }

  private static CaseSlash slash(TaskState t, long amount, String kind) {
    return new CaseSlash(t.worker, Wire.buffer(t.taskId), amount, kind);
  }

  /** Round-1 votes that peer prediction scores: cast, valid, and their task lost no stake. */
  private static List<CaseVote> votes(CaseState found, List<CaseSlash> slashes) {
    Stream<TaskState> voters =
        found
            .checkers(1)
            .filter(t -> t.judgement == Judgement.ACCEPT || t.judgement == Judgement.REJECT)
            .filter(t -> !t.vote.isEmpty())
            .filter(
                t -> slashes.stream().noneMatch(s -> s.getTaskId().equals(Wire.buffer(t.taskId))));
    return voters.map(t -> new CaseVote(t.worker, t.judgement == Judgement.REJECT)).toList();
  }
}
