package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether the result tells the outcome, and its tokens are those that were checked. */
final class OutputCheck {
  private final OpenReceipt receipt;
  private final Result result;
  private final ReceiptFindings findings;
  private boolean bound;

  OutputCheck(OpenReceipt receipt, Result result, ReceiptFindings findings) {
    this.receipt = receipt;
    this.result = result;
    this.findings = findings;
  }

  /** The worst outcome of the segments, in the order of the enumeration. */
  static Optional<VerdictOutcome> outcome(OpenReceipt receipt) {
    return receipt.lastVerdicts().stream().map(Verdict::getOutcome).min(Comparator.naturalOrder());
  }

  /** Gives whether any opening or challenge says what the tokens must be. */
  boolean run() {
    String name = receipt.result().name();
    String outcome = outcome(receipt).map(Enum::name).orElse("");
    is(
        result.getRequestId().equals(receipt.requestId())
            && result.getKind() == ResultKind.FINAL
            && result.getReason().equals(outcome),
        name,
        "it tells %s of %s, not %s".formatted(result.getReason(), result.getRequestId(), outcome));
    if (receipt.events(Accepted.class).findAny().isEmpty()) {
      is(result.getTokenIds().isEmpty(), name, "it has tokens that nobody made");
    }
    receipt.input().ifPresent(input -> tokens(input.getPromptLength(), name));
    return bound;
  }

  /** The challenges' hashes are what the openings were judged by. */
  private void tokens(int prompt, String name) {
    for (Challenge challenge : receipt.challenges()) {
      List<Integer> ends = challenge.getEnds();
      for (RosterEntry entry : challenge.getRoster()) {
        boolean author = entry.getRole() == RosterRole.AUTHOR;
        int segment = challenge.getSegment();
        int held = entry.getAuthored() < 0 ? ends.size() : entry.getAuthored();
        int from = author && segment > 0 ? ends.get(segment - 1) : prompt;
        int to = author ? ends.get(segment) : held == 0 ? prompt : ends.get(held - 1);
        bound |= entry.getCommitted();
        is(
            !entry.getCommitted()
                || entry.getOutputHash().equals(Wire.buffer(hash(from - prompt, to - prompt))),
            name,
            "its tokens %d to %d are not those of %s in segment %d"
                .formatted(from - prompt, to - prompt, entry.getWorker(), segment));
      }
    }
  }

  private Hash hash(int from, int to) {
    int size = result.getTokenIds().size();
    return Digests.outputHash(
        result.getTokenIds().subList(Math.min(from, size), Math.min(to, size)).stream()
            .mapToInt(id -> id)
            .toArray());
  }

  private void is(boolean holds, String record, String message) {
    findings.check(ReceiptRule.OUTPUT, holds, record, message);
  }
}
