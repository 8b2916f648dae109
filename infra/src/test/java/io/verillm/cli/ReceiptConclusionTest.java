package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.local.ReceiptRerun;
import io.verillm.local.ReceiptRerun.Agreement;
import io.verillm.protocol.receipt.ReceiptFinding;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Only the receipt of who the reader says is verified. */
class ReceiptConclusionTest {
  private static final Map<ReceiptRule, Integer> CHECKED =
      Arrays.stream(ReceiptRule.values()).collect(Collectors.toMap(Function.identity(), r -> 1));

  @Test
  void shouldNotCallVerifiedWhatAnybodyCanMakeWithKeysOfHisOwn() {
    ReceiptReport unpinned = report(false);

    ReceiptConclusion conclusion = ReceiptConclusion.of(unpinned, false, Optional.empty());

    assertThat(conclusion.status()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ReceiptText.lines(unpinned, Optional.empty(), conclusion).getLast())
        .startsWith("NOT verified");
    assertThat(ReceiptText.json(unpinned, Optional.empty(), conclusion))
        .contains("\"verified\":false", "\"conclusion\":\"unpinned\"");
    assertThat(ReceiptConclusion.of(unpinned, true, Optional.empty()))
        .isEqualTo(ReceiptConclusion.VERIFIED);
    assertThat(ReceiptConclusion.of(report(true), false, Optional.empty()))
        .isEqualTo(ReceiptConclusion.VERIFIED);
  }

  @Test
  void shouldTellAModelThatDeniesFromOneThatCannotTell() {
    assertThat(ReceiptConclusion.of(report(true), false, rerun(Agreement.AGREES)))
        .isEqualTo(ReceiptConclusion.VERIFIED);
    assertThat(ReceiptConclusion.of(report(true), false, rerun(Agreement.DENIES)))
        .isEqualTo(ReceiptConclusion.WRONG);
    assertThat(ReceiptConclusion.of(report(true), false, rerun(Agreement.OTHER_MODEL)).status())
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void shouldSayWhatARerunLeavesOpen() {
    ReceiptReport report = report(true, "what the model says: --rerun");

    assertThat(lines(report, Agreement.AGREES))
        .doesNotContain("  what the model says: --rerun")
        .contains("  segment 0: nothing to agree with");
    assertThat(lines(report, Agreement.OTHER_MODEL)).contains("  what the model says: --rerun");
  }

  @Test
  void shouldNotCallVerifiedWhatOnlyPartiesCanRead() {
    ReceiptReport report = report(true, "openings: give --keys");

    assertThat(ReceiptConclusion.of(report, false, Optional.empty()))
        .isEqualTo(ReceiptConclusion.IN_PART);
    assertThat(ReceiptConclusion.IN_PART.status()).isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void shouldCallWrongWhatIsWrongWhoeverIsTrusted() {
    ReceiptReport wrong =
        new ReceiptReport(
            List.of(new ReceiptFinding("log 1", ReceiptRule.SIGNATURE, "bad")),
            CHECKED,
            List.of(),
            report(true).claim());

    assertThat(ReceiptConclusion.of(wrong, true, rerun(Agreement.AGREES)))
        .isEqualTo(ReceiptConclusion.WRONG);
    assertThat(ReceiptConclusion.WRONG.status()).isEqualTo(ExitCode.BAD);
  }

  private static List<String> lines(ReceiptReport report, Agreement agreement) {
    return ReceiptText.lines(report, rerun(agreement), ReceiptConclusion.VERIFIED);
  }

  private static Optional<ReceiptRerun> rerun(Agreement agreement) {
    return Optional.of(
        new ReceiptRerun(agreement, List.of(), List.of("segment 0: nothing to agree with")));
  }

  private static ReceiptReport report(boolean pinned, String... notChecked) {
    return new ReceiptReport(
        List.of(),
        CHECKED,
        List.of(notChecked),
        Optional.of(
            new ReceiptReport.Claim(
                "id", "key", pinned, Optional.empty(), List.of(), "text", 1, 1, 1)));
  }
}
