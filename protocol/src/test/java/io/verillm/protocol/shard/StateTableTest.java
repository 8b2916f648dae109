package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.event.SignedRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Walks every cell of the state table, as protocol section 10.2 prints it, with the record that it
 * speaks of; and so those that come late or again. What a tick does is {@link TickTableTest}'s.
 */
class StateTableTest {
  private static final String COUNTS = "counts";
  private static final String NONE = "-";

  private static final Map<String, Map<String, String>> TABLE =
      PageTable.under("| stage | author's commitment |");
  private static final Map<String, Map<String, String>> LATE =
      PageTable.under("| stage | replaced author's commitment |");
  private static final Map<String, String> AGAIN =
      PageTable.under("| again | author's commitment |").get("is");

  @Test
  void shouldHaveAColumnForEachInputAndARowForEachStage() {
    Set<Input> inputs =
        TABLE.get("CLOSED").keySet().stream()
            .map(StateTableTest::said)
            .map(said -> said.input)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Input.class)));

    assertThat(inputs).isEqualTo(EnumSet.complementOf(EnumSet.of(Input.TICK)));
    assertThat(TABLE.keySet()).containsExactlyElementsOf(stages());
    assertThat(LATE.keySet()).containsExactlyElementsOf(stages());
    assertThat(AGAIN.keySet()).isEqualTo(TABLE.get("CLOSED").keySet());
    assertThat(Stream.concat(headings(TABLE), headings(LATE)).map(StateTableTest::said))
        .containsExactly(Said.values());
  }

  private static Stream<String> headings(Map<String, Map<String, String>> table) {
    return table.get("CLOSED").keySet().stream();
  }

  private static List<String> stages() {
    return Stream.of(Stage.values()).map(Stage::name).toList();
  }

  private static Said said(String heading) {
    return Arrays.stream(Said.values())
        .filter(said -> said.heading.equals(heading))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no such record: " + heading));
  }

  private static String cell(Stage stage, Said said) {
    String in = TABLE.get(stage.name()).get(said.heading);
    return in != null ? in : LATE.get(stage.name()).get(said.heading);
  }

  @TestFactory
  Stream<DynamicTest> shouldDoInEachStageWhatTheTableSays() {
    return Stream.of(Stage.values()).flatMap(StateTableTest::cells);
  }

  private static Stream<DynamicTest> cells(Stage stage) {
    List<DynamicTest> cells = new ArrayList<>();
    Refused refused = new Refused(stage);
    for (Said said : Said.values()) {
      if (cell(stage, said).startsWith(COUNTS)) {
        cells.add(cell(stage, said, () -> counts(stage, said)));
      } else if (!cell(stage, said).equals(NONE)) {
        cells.add(cell(stage, said, () -> refused.assertCell(said)));
      }
    }
    return cells.stream();
  }

  private static DynamicTest cell(Stage stage, Said said, Runnable test) {
    return DynamicTest.dynamicTest(stage + " and " + said.heading, test::run);
  }

  /** What a cell says behind "counts" is more than a tick does where nothing came. */
  private static void counts(Stage stage, Said said) {
    StageWalk walk = new StageWalk(stage, false);
    if (said == Said.BOND) {
      walk.say(Said.DISPUTE);
      walk.bed.close(1);
      assertThat(walk.at()).isEqualTo(stage);
    }
    SignedRecord first = walk.say(said);
    SignedRecord again = walk.say(said);

    List<String> caused = caused(stage, walk, false);

    assertThat(walk.bed.outcome(first)).isNull();
    assertThat(walk.bed.outcome(again)).isEqualTo(refusal(AGAIN.get(said.heading)));
    assertThat(String.join(", ", caused))
        .isEqualTo(cell(stage, said).substring(COUNTS.length()).replace(": ", ""));
  }

  private static @Nullable Refusal refusal(String said) {
    return said.equals(COUNTS) ? null : Refusal.valueOf(said);
  }

  /** The stage that a tick leads to and what it publishes, beside what it does anyway. */
  private static List<String> caused(Stage stage, StageWalk walk, boolean late) {
    List<String> before = walk.published();
    walk.bed.close(1);
    Quiet quiet = QUIET.get(late).computeIfAbsent(stage, s -> Quiet.in(s, late));
    List<String> caused =
        new ArrayList<>(walk.published().subList(before.size(), walk.published().size()));
    quiet.caused().forEach(caused::remove);
    if (walk.at() != quiet.at()) {
      caused.addFirst(walk.at().name());
    }
    return caused;
  }

  /** What a tick does in a stage where nothing came, known once for all cells. */
  private record Quiet(Stage at, List<String> caused) {
    static Quiet in(Stage stage, boolean late) {
      StageWalk walk = new StageWalk(stage, late);
      int before = walk.published().size();
      walk.bed.close(1);
      return new Quiet(walk.at(), walk.published().subList(before, walk.published().size()));
    }
  }

  private static final Map<Boolean, Map<Stage, Quiet>> QUIET =
      Map.of(true, new EnumMap<>(Stage.class), false, new EnumMap<>(Stage.class));

  /** Everything that a stage refuses, said together: none of it changes anything. */
  private static final class Refused {
    private final Stage stage;
    private final Map<Said, Refusal> outcomes = new EnumMap<>(Said.class);
    private List<String> caused = List.of();

    Refused(Stage stage) {
      this.stage = stage;
    }

    void assertCell(Said said) {
      if (outcomes.isEmpty()) {
        sayAll();
      }
      assertThat(outcomes.get(said)).isEqualTo(Refusal.valueOf(cell(stage, said)));
      assertThat(caused).isEmpty();
    }

    private void sayAll() {
      StageWalk walk = new StageWalk(stage, true);
      Map<Said, SignedRecord> records = new EnumMap<>(Said.class);
      Stream.of(Said.values())
          .filter(said -> !cell(stage, said).startsWith(COUNTS) && !cell(stage, said).equals(NONE))
          .forEach(said -> records.put(said, walk.say(said)));
      caused = caused(stage, walk, true);
      records.forEach((said, record) -> outcomes.put(said, walk.bed.outcome(record)));
    }
  }
}
