package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.MerklePath;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import io.verillm.protocol.trace.RowType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Votes as a second implementation computes them ({@code generate_votes.py}). */
class VoteGoldenTest {
  private static final int PROMPT = 4;
  private static final int BOUNDARIES = 2;
  private static final int DIMENSION = 4;
  private static final Hash MODEL = HashInput.of("model").hash();
  private static final Hash OUTPUT = HashInput.of("output").hash();
  private static final NumericProfile PROFILE = new NumericProfile("cpu-fp32", RowType.FP32);
  private static final Calibration CALIBRATION =
      new Calibration(
          "golden",
          MODEL,
          PROFILE.id(),
          PROFILE.id(),
          List.of(new RowThresholds(512, 4_217), new RowThresholds(512, 4_618)),
          new TokenThresholds(256, 1_100, 64, 275),
          16,
          65_536);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/votes.csv", numLinesToSkip = 1, maxCharsPerColumn = 8_192)
  void shouldVoteAsTheSecondImplementation(
      String policy,
      int size,
      FinishReason finish,
      int stop,
      int sameOutput,
      String rows,
      String evidence,
      String vote) {
    List<OpenedPosition> first = new ArrayList<>();
    List<OpenedPosition> second = new ArrayList<>();
    List<PositionOpening> own = new ArrayList<>();
    List<PositionOpening> claimed = new ArrayList<>();
    String[] told = rows.split("\\|");
    for (int i = 0; i < told.length; i += BOUNDARIES) {
      int position = i / BOUNDARIES;
      String[] fields = told[i].split(":");
      (fields[0].equals("1") ? first : second).add(new OpenedPosition(position, 0));
      own.add(opening(position, 7, told[i], told[i + 1], 3));
      claimed.add(opening(position, fields[2].equals("1") ? 7 : 8, told[i], told[i + 1], 4));
    }
    CaseTerms terms =
        new CaseTerms(
            MODEL,
            BOUNDARIES,
            DIMENSION,
            new CaseSpan(PROMPT, size, size),
            new CaseLimits(PROMPT, 12, 64, OptionalInt.of(stop)),
            new ExpectedOutput(size, OUTPUT),
            new ExpectedOutput(size, OUTPUT),
            first,
            second);
    Hash opened = sameOutput == 1 ? OUTPUT : MODEL;
    EvidenceVector entries = new EvidenceVector(HexFormat.of().parseHex(evidence));

    Vote voted =
        CaseCheck.voteOnValid(
            terms,
            policy.equals("paper") ? Optional.empty() : Optional.of(CALIBRATION),
            new OpenedTask(PROFILE, MODEL, size, opened, finish, entries, claimed),
            new OpenedTask(PROFILE, MODEL, size, OUTPUT, FinishReason.NONE, entries, own));

    String reason = voted.reason().map(r -> "/" + r).orElse("");
    assertThat(voted.decision() + reason).isEqualTo(vote);
  }

  private static PositionOpening opening(
      int position, int token, String first, String last, int column) {
    return new PositionOpening(
        position, token, List.of(row(0, first, column), row(1, last, column)), MerklePath.EMPTY);
  }

  private static RowOpening row(int boundary, String told, int column) {
    return new RowOpening(
        boundary, HexFormat.of().parseHex(told.split(":")[column]), MerklePath.EMPTY);
  }
}
