package io.verillm.cli;

import io.verillm.local.ReceiptRerun;
import io.verillm.local.ReceiptRerun.Agreement;
import io.verillm.protocol.receipt.ReceiptReport;
import java.util.Locale;
import java.util.Optional;

/** What {@code receipt verify} says last, and ends with. */
enum ReceiptConclusion {
  /** It is the receipt of who the reader says. */
  VERIFIED(ExitCode.OK, "verified"),
  /** Something is otherwise than it must be. */
  WRONG(ExitCode.BAD, "NOT verified"),
  /** Sound in itself, as what anybody makes with keys of his own. */
  UNPINNED(
      ExitCode.UNREACHABLE,
      "NOT verified: nobody said whose receipt it must be, see --coordinator-key, --access and"
          + " --trust-file"),
  /** Verified as a file, and not redone. */
  NOT_RERUN(
      ExitCode.UNREACHABLE, "verified as a file, but cannot tell more: --model names another one"),
  /** Openings, votes and what follows from them nobody checked. */
  IN_PART(ExitCode.UNREACHABLE, "verified, but for what parties alone see: give --keys");

  private final int status;
  private final String line;

  ReceiptConclusion(int status, String line) {
    this.status = status;
    this.line = line;
  }

  /**
   * Concludes; the worst that holds.
   *
   * @param trustsFile whether the reader takes the receipt's own word for its coordinator
   */
  static ReceiptConclusion of(
      ReceiptReport report, boolean trustsFile, Optional<ReceiptRerun> rerun) {
    Optional<Agreement> agreement = rerun.map(ReceiptRerun::agreement);
    if (!report.sound() || agreement.filter(Agreement.DENIES::equals).isPresent()) {
      return WRONG;
    }
    if (!trustsFile && report.claim().filter(ReceiptReport.Claim::pinned).isEmpty()) {
      return UNPINNED;
    }
    if (agreement.filter(Agreement.OTHER_MODEL::equals).isPresent()) {
      return NOT_RERUN;
    }
    return report.notChecked().stream().anyMatch(line -> line.endsWith("--keys"))
        ? IN_PART
        : VERIFIED;
  }

  int status() {
    return status;
  }

  /** For people. */
  String line() {
    return line;
  }

  /** For scripts. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
