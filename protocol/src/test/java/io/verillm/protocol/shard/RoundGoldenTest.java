package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.RequestInput;
import io.verillm.events.RowLimits;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.MerklePath;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.VoteRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Rounds as a second implementation decides them ({@code generate_rounds.py}): judgements, what
 * round 2 looks at again, doubts, contradictions, the decision.
 */
class RoundGoldenTest {
  private static final TestRequest ONE = TestRequest.standard();
  private static final int PROMPT = 4;
  private static final int CHECKERS = 3;
  private static final Hash OUTPUT = HashInput.of("output").hash();
  private static final NumericProfile PROFILE = new NumericProfile(TestModel.PROFILE, RowType.FP32);

  private int[] base;
  private int size;
  private FinishReason finish;
  private final CaseState found = new CaseState(0);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/rounds.csv", numLinesToSkip = 1, maxCharsPerColumn = 8_192)
  void shouldDecideAsTheSecondImplementation(
      String policy,
      int greedy,
      FinishReason reason,
      int tokens,
      int seats,
      String row,
      String challenges,
      String members,
      String first,
      @Nullable String leftOpen,
      String decision,
      String judged) {
    base = row(row);
    size = PROMPT + tokens;
    finish = reason;
    String[] positions = challenges.split("\\|", -1);
    Stream.of(members.split("\\|")).forEach(text -> found.members.add(member(text, positions)));
    challenges(positions);
    Judge judge = judge(policy, greedy == 1);

    found.round = 1;
    CaseEnd.firstRound(found, judge, CHECKERS);
    String decided = found.decision == null ? "-" : found.decision.reason();
    found.decision = null;
    found.round = 2;
    CaseEnd.secondRound(found, judge, seats);

    assertThat(decided).isEqualTo(first);
    assertThat(
            judge.comparison().leftOpen().stream()
                .map(p -> Integer.toString(p.position()))
                .collect(Collectors.joining(" ")))
        .isEqualTo(leftOpen == null ? "" : leftOpen);
    assertThat(found.decision.outcome() + "/" + found.decision.reason()).isEqualTo(decision);
    assertThat(
            found.members.stream()
                .filter(m -> !m.author)
                .map(RoundGoldenTest::judged)
                .collect(Collectors.joining(" ")))
        .isEqualTo(judged);
  }

  private static int[] row(String hex) {
    return IntStream.range(0, hex.length() / 8)
        .map(i -> HexFormat.fromHexDigits(hex, 8 * i, 8 * i + 8))
        .toArray();
  }

  private static String judged(MemberState m) {
    String marks = (m.closedInSecondRound ? "C" : "") + (m.contradicted ? "A" : "");
    return Judge.label(m.judgement.name(), m.judgementReason)
        + (marks.isEmpty() ? "" : "+" + marks);
  }

  /** The author opens every challenge, a checker what its roster listed. */
  private void challenges(String[] positions) {
    List<Hash> unsure =
        found.members.stream()
            .filter(m -> m.openings.containsKey(1))
            .map(m -> m.task.taskId)
            .toList();
    List<Hash> all = found.members.stream().map(m -> m.task.taskId).toList();
    List<Hash> round1 =
        found.members.stream().filter(m -> m.round < 2).map(m -> m.task.taskId).toList();
    found.challenges.add(new DrawnChallenge(1, 1, opened(positions[0]), round1));
    found.challenges.add(new DrawnChallenge(1, 2, opened(positions[1]), unsure));
    found.challenges.add(new DrawnChallenge(2, 1, opened(positions[2]), all));
  }

  private static List<OpenedPosition> opened(String positions) {
    return words(positions).map(p -> new OpenedPosition(Integer.parseInt(p), 0)).toList();
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
  }

  /** name:round:challenges:position.boundary.first.count+step ...:other tokens:evidence:vote. */
  private MemberState member(String text, String[] challenges) {
    String[] fields = text.split(":", -1);
    Hash id = HashInput.of("task").add(fields[0]).hash();
    int round = Integer.parseInt(fields[1]);
    TaskState task =
        new TaskState(id, new byte[0], fields[0], round == 0, round == 0 ? 0 : 1, round, 0);
    task.prefillRoot = OUTPUT;
    task.finalRoot = OUTPUT;
    MemberState member = round == 0 ? MemberState.author(task) : MemberState.checker(task);
    member.vote = fields[6];
    for (String challenge : fields[2].replace("-", "").split(",")) {
      if (!challenge.isEmpty()) {
        int index = Integer.parseInt(challenge);
        member.openings.put(index, opening(fields, words(challenges[index]).toList()));
      }
    }
    return member;
  }

  private OpenedTask opening(String[] fields, List<String> positions) {
    return new OpenedTask(
        PROFILE,
        OUTPUT,
        size,
        OUTPUT,
        fields[1].equals("0") ? finish : FinishReason.NONE,
        new EvidenceVector(HexFormat.of().parseHex(fields[5])),
        positions.stream().map(p -> opening(p, fields[3], fields[4])).toList());
  }

  private PositionOpening opening(String position, String shifts, String others) {
    int token = words(others).anyMatch(position::equals) ? 8 : 7;
    List<RowOpening> rows = new ArrayList<>();
    for (int boundary = 0; boundary < 2; boundary++) {
      int[] row = base.clone();
      String prefix = position + "." + boundary + ".";
      words(shifts)
          .filter(shift -> shift.startsWith(prefix))
          .forEach(shift -> shift(row, shift.substring(prefix.length())));
      ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
      IntStream.of(row).forEach(bytes::putInt);
      rows.add(new RowOpening(boundary, bytes.array(), MerklePath.EMPTY));
    }
    return new PositionOpening(Integer.parseInt(position), token, rows, MerklePath.EMPTY);
  }

  /** first.count+step, around the row's end. */
  private static void shift(int[] row, String text) {
    String[] parts = text.split("[.]|(?=[+-])");
    int first = Integer.parseInt(parts[0]);
    for (int i = first; i < first + Integer.parseInt(parts[1]); i++) {
      row[i % row.length] += Integer.parseInt(parts[2]);
    }
  }

  private Judge judge(String policy, boolean greedy) {
    ModelRegistered model =
        ModelRegistered.newBuilder(TestModel.registered())
            .setBoundaries(List.of("block-0", "norm"))
            .setHiddenSize(base.length)
            .build();
    RequestInput input =
        RequestInput.newBuilder(ONE.input())
            .setPromptLength(PROMPT)
            .setTemperature(greedy ? 0.0 : 0.7)
            .build();
    // A LENGTH ends where the request's limit is.
    int tokens = size - PROMPT + (finish == FinishReason.LENGTH ? 0 : 3);
    CaseGround ground =
        new CaseGround(
            Accepted.newBuilder(ONE.accepted()).setMaxTokens(tokens).build(),
            input,
            model,
            List.of(size),
            1,
            0);
    return new Judge(
        found, ground, new VoteRule(ground, limits(policy)), () -> new byte[0], member -> OUTPUT);
  }

  private static Optional<CalibrationPublished> limits(String policy) {
    return switch (policy) {
      case "wide" -> Optional.of(limits(4_217, 4_618, 1_100, 275, 16));
      case "narrow" -> Optional.of(limits(1_000, 1_025, 512, 128, 300));
      default -> Optional.empty();
    };
  }

  private static CalibrationPublished limits(long block, long norm, int mean, int max, int band) {
    return new CalibrationPublished(
        "golden-" + band,
        Wire.buffer(TestModel.ID),
        TestModel.PROFILE,
        TestModel.PROFILE,
        List.of(new RowLimits("block-0", 512L, block), new RowLimits("norm", 512L, norm)),
        256,
        mean,
        64,
        max,
        65_536,
        band,
        1);
  }
}
