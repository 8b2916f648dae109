package io.verillm.protocol.flag;

import io.verillm.events.Accepted;
import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.FlagKind;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.SettlementKinds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a flag changes in settlement (i), protocol section 11. A counted BAD flag takes S_bad from
 * each round-1 checker whose valid vote was ACCEPT, if another's was REJECT, and pays its author
 * instead of slashing it; a counted GOOD flag takes S_good from those that voted REJECT; a void one
 * takes the bond from its author. A task loses at most one slash, the largest, and is then not
 * paid. Votes stay scored.
 */
public final class FlagSettlement {
  private final SettleCase plain;
  private final Verdict verdict;
  private final ParametersSet parameters;
  private final List<CaseSlash> slashes;
  private final List<CasePayment> payments;

  private FlagSettlement(SettleCase plain, Verdict verdict, ParametersSet parameters) {
    this.plain = plain;
    this.verdict = verdict;
    this.parameters = parameters;
    this.slashes = new ArrayList<>(plain.getSlashes());
    this.payments = new ArrayList<>(plain.getPayments());
  }

  /**
   * The settlement with the flag in it.
   *
   * @param plain the settlement as it would be without a flag
   * @param verdict the last verdict
   * @param accepted the request
   * @param promptLength tokens of its prompt, where a challenge has shown it
   * @param kind what its flag seal was opened to; NONE where nobody opened it
   * @param parameters those of the case
   */
  public static SettleCase of(
      SettleCase plain,
      Verdict verdict,
      Accepted accepted,
      int promptLength,
      FlagKind kind,
      ParametersSet parameters) {
    FlagOutcome outcome = FlagOutcome.of(kind, verdict);
    if (outcome == FlagOutcome.NONE) {
      return plain;
    }
    FlagSettlement settlement = new FlagSettlement(plain, verdict, parameters);
    if (outcome == FlagOutcome.VOID) {
      settlement.forfeit(accepted.getCheckers());
    } else if (kind == FlagKind.BAD) {
      settlement.payAuthor(accepted, promptLength);
      // A round opens the same positions to all: what nobody rejected there, its draw had missed.
      if (settlement.first(MemberDecision.REJECT).findAny().isPresent()) {
        settlement.fine(
            MemberDecision.ACCEPT, parameters.getSlashBadFlag(), SettlementKinds.SLASH_BAD_FLAG);
      }
    } else {
      settlement.fine(
          MemberDecision.REJECT, parameters.getSlashGoodFlag(), SettlementKinds.SLASH_GOOD_FLAG);
    }
    return settlement.settle();
  }

  /** What a sentinel answers with for one flag: 100c and m flat fees. */
  public static long bond(ParametersSet p, int checkers) {
    return Math.addExact(Math.multiplyExact(100L, p.getCheckCost()), fees(p, checkers));
  }

  /** The flat cost of a case, and the most that a counted BAD flag pays its author. */
  private static long fees(ParametersSet p, int checkers) {
    return Math.multiplyExact((long) checkers, p.getFlatFee());
  }

  /** What a flag costs that was owed and not opened: never less than opening it in vain. */
  public static long highestBond(ParametersSet p) {
    return bond(p, CaseLimits.CHECKERS_ADMITTED);
  }

  private void fine(MemberDecision wrong, long amount, String kind) {
    first(wrong).forEach(m -> slash(m, amount, kind));
  }

  /** The round-1 checkers whose valid vote was this. */
  private Stream<VerdictMember> first(MemberDecision decision) {
    return verdict.getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.CHECKER && m.getRound() == 1)
        .filter(m -> m.getDecision() == decision);
  }

  private void forfeit(int checkers) {
    lastAuthor().ifPresent(m -> slash(m, bond(parameters, checkers), SettlementKinds.SLASH_BOND));
  }

  private void slash(VerdictMember member, long amount, String kind) {
    Optional<CaseSlash> known =
        slashes.stream().filter(s -> s.getTaskId().equals(member.getTaskId())).findFirst();
    if (known.isPresent() && known.get().getAmount() >= amount) {
      return;
    }
    known.ifPresent(slashes::remove);
    slashes.add(new CaseSlash(member.getWorker(), member.getTaskId(), amount, kind));
    payments.removeIf(p -> p.getTaskId().equals(member.getTaskId()));
  }

  private void payAuthor(Accepted accepted, int promptLength) {
    lastAuthor()
        .ifPresent(author -> {
          ByteBuffer task = author.getTaskId();
          slashes.removeIf(s -> s.getTaskId().equals(task));
          long generated = verdict.getPositions() - promptLength;
          long price =
              BigInteger.valueOf(accepted.getPrice())
                  .multiply(BigInteger.valueOf(generated))
                  .divide(BigInteger.valueOf(accepted.getMaxTokens()))
                  .longValueExact();
          long paid = Math.min(price, fees(parameters, accepted.getCheckers()));
          payments.add(new CasePayment(author.getWorker(), task, paid, SettlementKinds.FLAG));
        });
  }

  /** A flag is not handed over, so its author is the only one or the last. */
  private Optional<VerdictMember> lastAuthor() {
    return verdict.getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.AUTHOR)
        .reduce((first, second) -> second);
  }

  private SettleCase settle() {
    return new SettleCase(
        plain.getCommandId(),
        plain.getRequestId(),
        plain.getSegment(),
        plain.getOutcome(),
        plain.getRequester(),
        payments,
        slashes,
        plain.getVotes(),
        plain.getRequestOutcome(),
        plain.getRefund(),
        plain.getPeerWeight());
  }
}
