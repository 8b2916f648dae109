package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.FlagKind;
import io.verillm.events.OutputReady;
import io.verillm.events.Task;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Walks every cell of the state table, as protocol section 10.2 prints it, with the record that it
 * speaks of. What a tick does is {@link TickTableTest}'s.
 */
class StateTableTest {
  private static final String ID = TestRequest.standard().id();
  private static final String COUNTS = "counts";

  private static final Map<String, Input> HEADINGS =
      Map.of(
          "author's commitment",
          Input.AUTHOR_COMMITMENT,
          "checker's",
          Input.CHECKER_COMMITMENT,
          "`OutputReady`",
          Input.OUTPUT_READY,
          "opening",
          Input.OPENING,
          "vote",
          Input.VOTE,
          "exposed task",
          Input.EXPOSED_TASK,
          "dispute",
          Input.DISPUTE,
          "bond",
          Input.BOND,
          "flag",
          Input.FLAG);

  /** What the page says of each stage and input. */
  private static final Map<Stage, Map<Input, String>> PAGE = page();

  private static Map<Stage, Map<Input, String>> page() {
    List<List<String>> rows;
    try (Stream<String> lines = Files.lines(Path.of("..", "docs", "protocol.md"))) {
      rows =
          lines
              .dropWhile(line -> !line.startsWith("| stage | author's commitment |"))
              .takeWhile(line -> line.startsWith("|"))
              .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Stage, Map<Input, String>> page = new EnumMap<>(Stage.class);
    for (List<String> row : rows.subList(2, rows.size())) {
      Map<Input, String> cells = new EnumMap<>(Input.class);
      for (int i = 1; i < row.size(); i++) {
        cells.put(HEADINGS.get(rows.getFirst().get(i)), row.get(i));
      }
      page.put(Stage.valueOf(row.getFirst()), cells);
    }
    return page;
  }

  @Test
  void shouldHaveAColumnForEachInputAndARowForEachStage() {
    assertThat(HEADINGS.values())
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Input.TICK)));
    assertThat(PAGE.keySet()).containsExactly(Stage.values());
    assertThat(PAGE.values()).allSatisfy(row -> assertThat(row).hasSameSizeAs(HEADINGS));
  }

  @TestFactory
  Iterable<DynamicTest> shouldDoInEachStageWhatTheTableSays() {
    List<DynamicTest> cells = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      for (Input input : HEADINGS.values()) {
        cells.add(
            DynamicTest.dynamicTest(
                stage + " and " + input, () -> new Walk(stage).assertCell(input)));
      }
    }
    return cells;
  }

  /** A shard whose one request is in a stage, where nobody has acted yet. */
  private static final class Walk {
    private final ShardBed bed =
        new ShardBed(12, Parameters.demo().withFlagTicks(60).withDuties(TestDuty.TERMS));
    private final Stage stage;

    Walk(Stage stage) {
      this.stage = stage;
      boolean second = stage.name().endsWith("_2");
      for (int i = 1; i <= 12; i++) {
        // Without votes a request waits in VOTING, and then goes to round 2.
        bed.worker("w-%02d".formatted(i)).votes = !second && stage != Stage.VOTING_1;
      }
      bed.request(TestRequest.standard());
      bed.close(1);
      for (int i = 0; at() != stage; i++) {
        assertThat(i).as("turns until %s, now %s", stage, at()).isLessThan(400);
        bed.turn(1);
      }
    }

    private Stage at() {
      return bed.shard.view().stage(ID).orElseThrow();
    }

    /** What a cell says beside "counts" is more than a tick does where nothing came. */
    void assertCell(Input input) {
      SignedRecord record = record(input);
      List<String> before = published();
      bed.close(1);
      Walk without = new Walk(stage);
      List<String> quiet = without.published();
      without.bed.close(1);

      String said = PAGE.get(stage).get(input);
      boolean counts = said.startsWith(COUNTS);
      assertThat(bed.outcome(record)).isEqualTo(counts ? null : Refusal.valueOf(said));
      List<String> caused = published().subList(before.size(), published().size());
      caused = new ArrayList<>(caused);
      List<String> anyway = without.published().subList(quiet.size(), without.published().size());
      anyway.forEach(caused::remove);
      if (at() != without.at()) {
        caused.addFirst(at().name());
      }
      String effects = counts ? said.substring(COUNTS.length()).replace(": ", "") : "";
      assertThat(String.join(", ", caused)).isEqualTo(effects);
    }

    /** Names of the events that deciding has published. */
    private List<String> published() {
      return bed.effects.stream()
          .filter(Effect.Publish.class::isInstance)
          .map(e -> ((Effect.Publish) e).event().getSchema().getName())
          .toList();
    }

    private SignedRecord record(Input input) {
      return switch (input) {
        case AUTHOR_COMMITMENT -> commitment(task(assigned(true)));
        case CHECKER_COMMITMENT -> commitment(checkerOrUnknown());
        case OUTPUT_READY ->
            bed.log.post(
                Signers.COORDINATOR,
                ShardBed.TOPICS.accepted(),
                ready(task(assigned(true)).assign.taskId()));
        case OPENING -> opening();
        case VOTE -> vote();
        case EXPOSED_TASK -> exposed();
        case DISPUTE -> bed.dispute();
        case FLAG -> bed.flag(FlagKind.BAD);
        case BOND -> {
          bed.dispute();
          bed.close(1);
          assertThat(at()).isEqualTo(stage);
          yield bed.bond(false);
        }
        case TICK -> throw new AssertionError("no record");
      };
    }

    private Effect.Assign assigned(boolean author) {
      return bed.effects.stream()
          .filter(e -> e instanceof Effect.Assign a && a.author() == author)
          .map(e -> (Effect.Assign) e)
          .reduce((first, second) -> second)
          .orElseThrow();
    }

    private TestTask task(Effect.Assign assign) {
      return bed.tasks.getOrDefault(
          assign.taskId(),
          new TestTask(
              assign,
              TestRequest.standard(),
              bed.secrets.nonce(assign.taskId()),
              bed.worker(assign.worker())));
    }

    /** While an author works there is no checker, so nobody knows such a task. */
    private TestTask checkerOrUnknown() {
      Effect.Assign author = assigned(true);
      return stage == Stage.GENERATING
          ? task(
              new Effect.Assign(
                  ID, 0, 1, 0, author.worker(), new Hash(new byte[Hash.LENGTH]), false))
          : task(assigned(false));
    }

    private SignedRecord commitment(TestTask task) {
      return bed.log.post(
          Signers.worker(task.assign.worker()), ShardBed.TOPICS.commitments(), task.prefill());
    }

    private static OutputReady ready(Hash taskId) {
      return OutputReady.newBuilder()
          .setRequestId("")
          .setSegment(0)
          .setAttempt(0)
          .setTaskId(Wire.buffer(taskId))
          .build();
    }

    /** An opening of the author, of the newest challenge or of what might be the first. */
    private SignedRecord opening() {
      TestTask author = task(assigned(true));
      Challenge challenge =
          stage == Stage.CHECKING_2
              ? Challenge.newBuilder(newestChallenge()).setRound(2).build()
              : newestChallenge();
      return bed.log.post(
          Signers.worker(author.assign.worker()),
          ShardBed.TOPICS.openings(),
          author.opening(challenge));
    }

    private Challenge newestChallenge() {
      List<Challenge> own = bed.published(Challenge.class);
      return own.isEmpty()
          ? new Walk(Stage.OPENING_1).bed.published(Challenge.class).getFirst()
          : own.getLast();
    }

    private SignedRecord vote() {
      Effect.Assign voter = assigned(stage == Stage.GENERATING);
      return bed.log.post(
          Signers.worker(voter.worker()),
          ShardBed.TOPICS.votes(),
          new Vote(
              ID,
              0,
              Math.max(1, voter.round()),
              Wire.buffer(voter.taskId()),
              voter.worker(),
              VoteDecision.ACCEPT,
              VoteReason.NONE));
    }

    private SignedRecord exposed() {
      TestTask author = task(assigned(true));
      Task said = TestRequest.standard().task(author.assign.taskId(), 0);
      Task fed =
          Task.newBuilder(said)
              .setContext(Collections.nCopies(said.getContext().size(), 7))
              .build();
      return bed.expose(author.assign.worker(), Signers.COORDINATOR, author.assign.taskId(), fed);
    }
  }
}
