package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuthorsTest {
  private static final List<String> WORKERS =
      IntStream.range(0, 10).mapToObj(i -> "w-" + i).toList();

  private final CoordinatorKeys keys = new CoordinatorBed().keys;
  private final Authors authors = new Authors(keys, 0, 1, 0);

  @Test
  void shouldGiveEachWorkerOneTurnInALapAndDrawTheOrderAnew() {
    List<String> first = turns(authors, WORKERS, 10);
    List<String> second = turns(authors, WORKERS, 10);

    assertThat(first).containsExactlyInAnyOrderElementsOf(WORKERS);
    assertThat(second).containsExactlyInAnyOrderElementsOf(WORKERS);
    assertThat(List.of(first, second, WORKERS)).doesNotHaveDuplicates();
  }

  @Test
  void shouldGiveAWorkerThatComesLateItsShareAndNoMore() {
    turns(authors, WORKERS, 1_000);
    List<String> all = Stream.concat(WORKERS.stream(), Stream.of("w-new")).toList();

    List<String> next = turns(authors, all, 220);

    assertThat(next.stream().filter("w-new"::equals).count()).isBetween(19L, 21L);
  }

  @Test
  void shouldSpreadTheWorkersOverTheShardsOfOneLap() {
    List<String> chosen = new ArrayList<>();
    for (int shard = 0; shard < 5; shard++) {
      chosen.addAll(turns(new Authors(keys, shard, 5, 0), WORKERS, 2));
    }

    assertThat(chosen).containsExactlyInAnyOrderElementsOf(WORKERS);
  }

  @Test
  void shouldGoOnBehindARestartWhereItWas() {
    List<String> lap = turns(authors, WORKERS, 10);

    assertThat(turns(new Authors(keys, 0, 1, 4), WORKERS, 6)).isEqualTo(lap.subList(4, 10));
  }

  @Test
  void shouldTakeNobodysTurnWhereThereIsNoWorker() {
    assertThat(authors.first(List.of())).isEmpty();

    assertThat(turns(authors, WORKERS, 10)).containsExactlyInAnyOrderElementsOf(WORKERS);
  }

  @Test
  void shouldCountAClaimedRequestAsTheWorkersNextTurn() {
    assertThat(authors.claimed("w-99", WORKERS)).isEmpty();
    String sentinel = WORKERS.getFirst();
    assertThat(authors.claimed(sentinel, WORKERS)).contains(sentinel);

    List<String> twoLaps = turns(authors, WORKERS, 2 * WORKERS.size() - 1);

    assertThat(twoLaps.stream().filter(sentinel::equals)).hasSize(1);
    assertThat(twoLaps.stream().filter(WORKERS.getLast()::equals)).hasSize(2);
  }

  private static List<String> turns(Authors authors, List<String> candidates, int turns) {
    return IntStream.range(0, turns)
        .mapToObj(i -> authors.first(candidates).orElseThrow())
        .toList();
  }
}
