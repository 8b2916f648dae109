package io.verillm.demo;

import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.MemberRole;
import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.flag.FlagOutcome;
import io.verillm.protocol.money.Accounts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that turned out to be a flag.
 *
 * @param requestId its id
 * @param kind BAD or GOOD
 * @param cheat what a BAD one ran; empty otherwise
 * @param sentinel who planted and wrote it
 * @param verdict the last verdict
 * @param worth whether the verdict agrees with it
 * @param paid what its author earned, in money units
 * @param lost what workers lost of their stake, in money units
 */
record FlagRow(
    String requestId,
    FlagKind kind,
    String cheat,
    String sentinel,
    VerdictOutcome verdict,
    FlagOutcome worth,
    long paid,
    Map<String, Long> lost) {

  static FlagRow of(FlagOpening flag, Verdict verdict, Optional<Transfer> settlement) {
    String sentinel =
        verdict.getMembers().stream()
            .filter(member -> member.getRole() == MemberRole.AUTHOR)
            .map(VerdictMember::getWorker)
            .findFirst()
            .orElse("nobody");
    List<Posting> postings = settlement.map(Transfer::getPostings).orElse(List.of());
    Map<String, Long> lost = new TreeMap<>();
    for (Posting posting : postings) {
      String holder = WorkerMoney.stakeHolder(posting.getAccount());
      if (!holder.isEmpty() && posting.getAmount() < 0) {
        lost.merge(holder, -posting.getAmount(), Long::sum);
      }
    }
    return new FlagRow(
        flag.getRequestId(),
        flag.getKind(),
        flag.getCheat(),
        sentinel,
        verdict.getOutcome(),
        FlagOutcome.of(flag.getKind(), verdict),
        postings.stream()
            .filter(posting -> posting.getAccount().equals(Accounts.worker(sentinel)))
            .mapToLong(Posting::getAmount)
            .sum(),
        lost);
  }

  /**
   * A BAD flag that counts costs its author no stake: one that does was opened too late. A GOOD one
   * moves no money where nobody voted against it, so its settlement does not tell.
   */
  private String judged() {
    if (worth == FlagOutcome.VOID) {
      return "so it is void";
    }
    if (kind == FlagKind.GOOD) {
      return "as it should be";
    }
    return lost.containsKey(sentinel) ? "but it was opened too late" : "so it counts";
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%s  %s by %s: %s, %s; its author earns %d; slashed: %s",
        requestId,
        cheat.isEmpty() ? kind : kind + " (" + cheat + ")",
        sentinel,
        verdict,
        judged(),
        paid,
        lost.isEmpty() ? "nobody" : lost);
  }
}
