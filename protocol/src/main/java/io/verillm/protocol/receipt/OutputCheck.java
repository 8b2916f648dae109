package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.RosterRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether the result tells the outcome, and its tokens are those that were checked. */
final class OutputCheck {
  private final OpenReceipt receipt;
  private final Result result;
  private final List<Opening> openings;
  private final ReceiptFindings findings;
  private boolean bound;

  OutputCheck(
      OpenReceipt receipt, Result result, List<Opening> openings, ReceiptFindings findings) {
    this.receipt = receipt;
    this.result = result;
    this.openings = openings;
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
    receipt.events(Accepted.class).findFirst().ifPresent(accepted -> tokens(accepted, name));
    return bound;
  }

  private void tokens(Accepted accepted, String name) {
    int[] ids = result.getTokenIds().stream().mapToInt(i -> i).toArray();
    Hash output = Digests.outputHash(ids);
    Hash context = Digests.contextHash(Wire.hash(accepted.getPromptHash()), List.of(output));
    List<ByteBuffer> contexts =
        receipt
            .events(Challenge.class)
            .flatMap(c -> c.getRoster().stream())
            .filter(r -> r.getRole() == RosterRole.CHECKER)
            .map(r -> r.getContextHash())
            .distinct()
            .toList();
    for (ByteBuffer checked : contexts) {
      bound = true;
      is(
          checked.equals(Wire.buffer(context)),
          name,
          "its tokens are not those that the checkers were given");
    }
    if (outcome(receipt).filter(VerdictOutcome.ACCEPTED::equals).isEmpty()) {
      return;
    }
    openings.stream()
        .filter(o -> o.getStep() == OpeningStep.FINAL)
        .forEach(o -> {
          bound = true;
          is(
              o.getOutputHash().equals(Wire.buffer(output)),
              name,
              "its tokens are not those that the author %s opened".formatted(o.getWorker()));
        });
  }

  private void is(boolean holds, String record, String message) {
    findings.check(ReceiptRule.OUTPUT, holds, record, message);
  }
}
