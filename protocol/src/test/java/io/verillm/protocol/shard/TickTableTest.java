package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.FlagKind;
import io.verillm.events.Verdict;
import io.verillm.protocol.money.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The lines of protocol section 10.2 that a tick takes: by which stages a request goes on each of
 * them, and with which verdicts it ends.
 */
class TickTableTest {
  private static final int OTHER_MODEL = 1_000;
  private static final int UNSURE = 16;
  private static final TestRequest ONE = TestRequest.standard();

  /** What happens on the way; each may change the bed as soon as the request is in a stage. */
  private static final class Way {
    private final ShardBed bed;
    private TestRequest request = ONE;
    private Stage where = Stage.CLOSED;
    private Consumer<ShardBed> then = bed -> {};

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
      where = stage;
      then = act;
      return this;
    }

    /** Stages as they follow, last verdicts, and numbers of authors' tasks and challenges. */
    String goes() {
      List<Stage> stages = new ArrayList<>();
      bed.request(request);
      bed.close(1);
      boolean done = false;
      for (int i = 0; stages.isEmpty() || stages.getLast() != Stage.CLOSED; i++) {
        Stage now = bed.shard.view().stage(request.id()).orElseThrow();
        if (stages.isEmpty() || stages.getLast() != now) {
          stages.add(now);
        }
        if (now == where && !done) {
          done = true;
          then.accept(bed);
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

  private static DynamicTest row(String name, Way way, String expected) {
    return DynamicTest.dynamicTest(name, () -> assertThat(way.goes()).isEqualTo(expected));
  }

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

  @TestFactory
  Stream<DynamicTest> shouldGoOnAsTheTickLinesSay() {
    return Stream.of(
        row(
            "generating: finished, last segment; voting: all accept; flag window over",
            honest()
                .in(
                    Stage.FINAL,
                    bed -> {
                      bed.pass(40);
                      assertThat(bed.shard.view().stage(ONE.id())).contains(Stage.FINAL);
                    }),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED: ACCEPTED ALL_ACCEPT (1, 1)"),
        row(
            "generating: finished, not the last segment",
            honest().of(TestRequest.handedOver()),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED:"
                + " ACCEPTED ALL_ACCEPT, ACCEPTED ALL_ACCEPT (2, 2)"),
        row(
            "generating: deadline, another author",
            honest().author(b -> b.prefills = false),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED: ACCEPTED ALL_ACCEPT (2, 1)"),
        row(
            "generating: deadline of the second author",
            honest().all(b -> b.streams = false),
            "GENERATING FINAL CLOSED: EXPIRED NO_OUTPUT (2, 0)"),
        row(
            "checking: deadline with all members missing",
            honest()
                .in(
                    Stage.CHECKING_1,
                    bed -> checkers(bed).forEach(w -> bed.worker(w).prefills = false)),
            "GENERATING CHECKING_1 OPENING_1 CHECKING_2 OPENING_2 FINAL CLOSED:"
                + " ACCEPTED SECOND_ROUND (1, 2)"),
        row(
            "checking: the coordinator holds no output",
            honest().in(Stage.CHECKING_1, bed -> bed.secrets.outputs.clear()),
            "GENERATING CHECKING_1 FINAL CLOSED: INCONCLUSIVE OUTPUT_LOST (1, 0)"),
        row(
            "opening: deadline, author has none",
            honest().author(b -> b.opensInRound = round -> false),
            "GENERATING CHECKING_1 OPENING_1 FINAL CLOSED: REJECTED UNAVAILABLE (1, 1)"),
        row(
            "opening: unsure at part 1",
            checker(b -> {
              b.noise = UNSURE;
              b.noisyAt = position -> position == 4;
            }),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED: ACCEPTED ALL_ACCEPT (1, 2)"),
        row(
            "voting: deadline, too few votes, and again in round 2",
            honest().all(b -> b.votes = false),
            "GENERATING CHECKING_1 OPENING_1 VOTING_1 CHECKING_2 OPENING_2 VOTING_2 FINAL CLOSED:"
                + " INCONCLUSIVE NO_TWO_THIRDS (1, 2)"),
        row(
            "voting: not all accept, two thirds reject",
            honest().author(b -> b.noise = OTHER_MODEL),
            "GENERATING CHECKING_1 OPENING_1 CHECKING_2 OPENING_2 FINAL CLOSED: REJECTED MODEL (1, 2)"),
        row(
            "voting: not all accept, two thirds accept",
            checker(b -> b.noise = OTHER_MODEL),
            "GENERATING CHECKING_1 OPENING_1 CHECKING_2 OPENING_2 FINAL CLOSED:"
                + " ACCEPTED SECOND_ROUND (1, 2)"),
        row(
            "voting: not all accept, two thirds unsure",
            honest().author(b -> b.noise = UNSURE),
            "GENERATING CHECKING_1 OPENING_1 CHECKING_2 OPENING_2 FINAL CLOSED:"
                + " INCONCLUSIVE UNCONFIRMED (1, 4)"),
        row(
            "voting: nobody is left for round 2",
            new Way(6).author(b -> b.noise = OTHER_MODEL),
            "GENERATING CHECKING_1 OPENING_1 FINAL CLOSED: INCONCLUSIVE NO_SECOND_COMMITTEE (1, 1)"),
        row(
            "voting: no position is left for round 2",
            honest().of(new TestRequest(1, 1, 0, 3)).author(b -> b.noise = OTHER_MODEL),
            "GENERATING CHECKING_1 OPENING_1 FINAL CLOSED: INCONCLUSIVE NO_POSITIONS_LEFT (1, 1)"),
        row(
            "decided: a verdict with a bond",
            honest()
                .in(
                    Stage.DECIDED,
                    bed -> {
                      bed.dispute();
                      bed.close(1);
                      bed.bond(true);
                    }),
            "GENERATING CHECKING_1 OPENING_1 DECIDED CHECKING_2 OPENING_2 FINAL CLOSED:"
                + " ACCEPTED SECOND_ROUND (1, 2)"),
        row(
            "decided: a bond that the ledger denies",
            honest()
                .in(
                    Stage.DECIDED,
                    bed -> {
                      bed.dispute();
                      bed.close(1);
                      bed.bond(false);
                    }),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED: ACCEPTED ALL_ACCEPT (1, 1)"),
        row(
            "final: a flag is opened",
            honest()
                .in(
                    Stage.FINAL,
                    bed -> {
                      bed.flag(FlagKind.BAD);
                      bed.close(1);
                      assertThat(bed.shard.view().stage(ONE.id())).contains(Stage.CLOSED);
                    }),
            "GENERATING CHECKING_1 OPENING_1 DECIDED FINAL CLOSED: ACCEPTED ALL_ACCEPT (1, 1)"));
  }
}
