package io.verillm.protocol.shard;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.FlagKind;
import io.verillm.events.Verdict;
import io.verillm.protocol.money.Parameters;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The lines of protocol section 10.2 that a tick takes: by which stages a request goes on each of
 * them, and with which verdicts it ends, as the page's table of ticks says.
 */
class TickTableTest {
  private static final int OTHER_MODEL = 1_000;
  private static final int UNSURE = 16;
  private static final TestRequest ONE = TestRequest.standard();

  /** What happens on the way; each may change the bed as soon as the request is in a stage. */
  private static final class Way {
    private final ShardBed bed;
    private TestRequest request = ONE;
    private final Map<Stage, Consumer<ShardBed>> acts = new EnumMap<>(Stage.class);

    Way(int workers) {
      bed = new ShardBed(workers, Parameters.demo().withFlagTicks(60).withDuties(TestDuty.TERMS));
    }

    Way of(TestRequest other) {
      request = other;
      return this;
    }

    /** All workers, and how they behave. */
    Way all(Consumer<Behaviour> change) {
      IntStream.rangeClosed(1, 12).forEach(i -> change.accept(bed.worker("w-%02d".formatted(i))));
      return this;
    }

    Way author(Consumer<Behaviour> change) {
      change.accept(bed.worker("w-01"));
      return this;
    }

    /** What is done once, in a stage. */
    Way in(Stage stage, Consumer<ShardBed> act) {
      acts.put(stage, act);
      return this;
    }

    /** Stages as they follow, last verdicts, and numbers of authors' tasks and challenges. */
    String goes() {
      List<Stage> stages = new ArrayList<>();
      bed.request(request);
      bed.close(1);
      for (int i = 0; stages.isEmpty() || stages.getLast() != Stage.CLOSED; i++) {
        Stage now = bed.shard.view().stage(request.id()).orElseThrow();
        if (stages.isEmpty() || stages.getLast() != now) {
          stages.add(now);
        }
        Consumer<ShardBed> act = acts.remove(now);
        if (act != null) {
          act.accept(bed);
        }
        assertThat(i).as("turns, now %s", stages).isLessThan(400);
        if (now != Stage.CLOSED) {
          bed.turn(ShardBed.STEP);
        }
      }
      return stages.stream().map(Stage::name).collect(Collectors.joining(" ")) + ": " + verdicts();
    }

    private String verdicts() {
      return bed.published(Verdict.class).stream()
          .filter(Verdict::getLast)
          .map(v -> v.getOutcome() + " " + v.getReason())
          .collect(Collectors.joining(", ", "", " (%d, %d)".formatted(authors(), challenges())));
    }

    private long authors() {
      return bed.effects.stream().filter(e -> e instanceof Effect.Assign a && a.author()).count();
    }

    private int challenges() {
      return bed.published(Challenge.class).size();
    }
  }

  private static final Map<String, Map<String, String>> PAGE =
      PageTable.under("| a tick finds | in |");

  private static List<String> checkers(ShardBed bed) {
    return bed.effects.stream()
        .filter(e -> e instanceof Effect.Assign a && !a.author())
        .map(e -> ((Effect.Assign) e).worker())
        .sorted()
        .toList();
  }

  private static Way honest() {
    return new Way(12);
  }

  private static Way checker(Consumer<Behaviour> change) {
    return honest()
        .in(Stage.CHECKING_1, bed -> change.accept(bed.worker(checkers(bed).getFirst())));
  }

  /** How a request comes to where a tick finds it so. */
  private static final Map<String, Supplier<Way>> WAYS =
      Map.ofEntries(
          entry("the last segment finished", TickTableTest::honest),
          entry(
              "a segment finished that is not the last",
              () -> honest().of(TestRequest.handedOver())),
          entry("an author's deadline over", () -> honest().author(b -> b.prefills = false)),
          entry("the second author's deadline over", () -> honest().all(b -> b.streams = false)),
          entry(
              "all members of a committee missing",
              () ->
                  honest()
                      .in(
                          Stage.CHECKING_1,
                          bed -> checkers(bed).forEach(w -> bed.worker(w).prefills = false))),
          entry(
              "no output with the coordinator",
              () -> honest().in(Stage.CHECKING_1, bed -> bed.secrets.outputs.clear())),
          entry("the author not open", () -> honest().author(b -> b.opensInRound = round -> false)),
          entry(
              "a checker unsure at part 1",
              () ->
                  checker(b -> {
                    b.noise = UNSURE;
                    b.noisyAt = position -> position == 4;
                  })),
          entry("too few votes", () -> honest().all(b -> b.votes = false)),
          entry(
              "too few votes, and too few workers for a second committee",
              () -> new Way(6).all(b -> b.votes = false)),
          entry(
              "a REJECT, and too few workers for a second committee",
              () -> new Way(6).author(b -> b.noise = OTHER_MODEL)),
          entry(
              "a REJECT, and every position opened",
              () -> honest().of(new TestRequest(1, 1, 0, 3)).author(b -> b.noise = OTHER_MODEL)),
          entry("no bond held, and the window over", () -> bond(false)),
          entry(
              "a bond asked for and not answered",
              () ->
                  honest()
                      .in(
                          Stage.DECIDED,
                          bed -> {
                            bed.dispute();
                            bed.pass(600);
                            assertThat(bed.shard.view().stage(ONE.id())).contains(Stage.DECIDED);
                            bed.bond(false);
                          })),
          entry("a bond held, and the window over", () -> bond(true)),
          entry(
              "no output with the coordinator any more",
              () -> disputed().in(Stage.CHECKING_2, bed -> bed.secrets.outputs.clear())),
          entry(
              "all members of the second committee missing",
              () ->
                  disputed()
                      .in(
                          Stage.CHECKING_2,
                          bed -> checkers(bed).forEach(w -> bed.worker(w).prefills = false))),
          entry(
              "the author not open in round 2",
              () -> disputed().author(b -> b.opensInRound = round -> round == 1)),
          entry(
              "two thirds of the seats reject", () -> honest().author(b -> b.noise = OTHER_MODEL)),
          entry("two thirds of the seats accept", () -> checker(b -> b.noise = OTHER_MODEL)),
          entry("two thirds of the seats unsure", () -> honest().author(b -> b.noise = UNSURE)),
          entry(
              "no votes in round 2",
              () ->
                  disputed()
                      .in(
                          Stage.OPENING_2,
                          bed -> checkers(bed).forEach(w -> bed.worker(w).votes = false))),
          entry(
              "no flag, and the window over",
              () ->
                  honest()
                      .in(
                          Stage.FINAL,
                          bed -> {
                            bed.pass(40);
                            assertThat(bed.shard.view().stage(ONE.id())).contains(Stage.FINAL);
                          })),
          entry(
              "a flag opened",
              () ->
                  honest()
                      .in(
                          Stage.FINAL,
                          bed -> {
                            bed.flag(FlagKind.BAD);
                            bed.close(1);
                            assertThat(bed.shard.view().stage(ONE.id())).contains(Stage.CLOSED);
                          })));

  private static Way bond(boolean held) {
    return honest()
        .in(
            Stage.DECIDED,
            bed -> {
              bed.dispute();
              bed.close(1);
              bed.bond(held);
            });
  }

  /** One of the first committee is wrong, so that there is a second. */
  private static Way disputed() {
    return checker(b -> b.noise = OTHER_MODEL);
  }

  @Test
  void shouldHaveAWayForEachRowAndARowForEachStage() {
    assertThat(PAGE.keySet()).isEqualTo(WAYS.keySet());
    assertThat(PAGE.values().stream().map(row -> row.get("in")).collect(Collectors.toSet()))
        .isEqualTo(
            Stream.of(Stage.values())
                .filter(stage -> stage != Stage.CLOSED)
                .map(Stage::name)
                .collect(Collectors.toSet()));
  }

  @TestFactory
  Stream<DynamicTest> shouldGoOnAsTheTickTableSays() {
    return PAGE.entrySet().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getValue().get("in") + ": " + row.getKey(),
                () -> {
                  String way = WAYS.get(row.getKey()).get().goes();
                  assertThat(way).isEqualTo(row.getValue().get("way"));
                  assertThat(way).contains(row.getValue().get("in") + " ");
                }));
  }
}
