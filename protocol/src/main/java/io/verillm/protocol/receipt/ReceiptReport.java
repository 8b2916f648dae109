package io.verillm.protocol.receipt;

import io.verillm.events.VerdictOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What verifying a receipt gave.
 *
 * @param findings empty exactly for a sound receipt
 * @param checked how often each rule was applied, all rules
 * @param notChecked what a reader still has to believe, for people
 * @param claim what the receipt says; empty where it cannot be read
 */
public record ReceiptReport(
    List<ReceiptFinding> findings,
    Map<ReceiptRule, Integer> checked,
    List<String> notChecked,
    Optional<Claim> claim) {

  /**
   * What a receipt says, true where there are no findings.
   *
   * @param requestId the request
   * @param coordinatorKey the key that it rests on, in hexadecimal digits
   * @param pinned whether the reader gave that key
   * @param outcome the worst outcome of its segments
   * @param verdicts last verdicts, by segment, for people
   * @param text the text
   * @param tokens number of tokens
   * @param records records of the log in it
   * @param epochs closed epochs in it
   */
  public record Claim(
      String requestId,
      String coordinatorKey,
      boolean pinned,
      Optional<VerdictOutcome> outcome,
      List<String> verdicts,
      String text,
      int tokens,
      int records,
      int epochs) {
    public Claim {
      verdicts = List.copyOf(verdicts);
    }
  }

  public ReceiptReport {
    findings = List.copyOf(findings);
    checked = Map.copyOf(checked);
    notChecked = List.copyOf(notChecked);
  }

  /** Whether nothing was found. */
  public boolean sound() {
    return findings.isEmpty();
  }
}
