package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.draw.Candidate;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuthorsTest {
  private static final long LOCK = 100;
  private static final int REQUESTS = 4_000;
  private static final List<Candidate> WORKERS = workers("w-", 9, 30 * LOCK);

  private final Authors authors = new Authors(new CoordinatorBed().keys);

  @Test
  void shouldGiveAStakeAsManyRequestsUnderManyNamesAsUnderOne() {
    long whole = written("x", plus(List.of(new Candidate("x", 30 * LOCK))));
    long split = written("x", plus(workers("x-", 30, LOCK)));

    // A tenth of the requests, within four deviations.
    assertThat(whole).isBetween(325L, 475L);
    assertThat(split).isBetween(325L, 475L);
  }

  @Test
  void shouldDrawTheSameForTheSameRequestAndAnotherForAnother() {
    assertThat(authors.first("a", WORKERS)).isEqualTo(authors.first("a", WORKERS));

    assertThat(IntStream.range(0, 50).mapToObj(i -> first(i, WORKERS)).distinct().count())
        .isGreaterThan(5);
  }

  @Test
  void shouldChooseNobodyWhereThereIsNoWorker() {
    assertThat(authors.first("a", List.of())).isEmpty();
  }

  @Test
  void shouldCountAClaimedRequestAsOneOfTheWorkersDraws() {
    List<Candidate> two = WORKERS.subList(0, 2);
    String sentinel = two.getFirst().workerId();
    assertThat(authors.claimed("w-99", two)).isEmpty();
    for (int i = 0; i < REQUESTS / 4; i++) {
      assertThat(authors.claimed(sentinel, two)).contains(sentinel);
    }

    // Drawn for half of them, it is passed over as often as it wrote out of turn.
    long written = IntStream.range(0, REQUESTS).filter(i -> first(i, two).equals(sentinel)).count();
    assertThat(written).isBetween(850L, 1_150L);
  }

  @Test
  void shouldChooseSomebodyThoughAllHaveWrittenOutOfTurn() {
    WORKERS.forEach(worker -> authors.claimed(worker.workerId(), WORKERS));

    assertThat(authors.first("a", WORKERS)).isPresent();
  }

  private long written(String prefix, List<Candidate> candidates) {
    return IntStream.range(0, REQUESTS)
        .filter(i -> first(i, candidates).startsWith(prefix))
        .count();
  }

  private String first(int request, List<Candidate> candidates) {
    return authors.first("request-" + request, candidates).orElseThrow();
  }

  private static List<Candidate> plus(List<Candidate> others) {
    return Stream.concat(WORKERS.stream(), others.stream()).toList();
  }

  private static List<Candidate> workers(String prefix, int count, long stake) {
    return IntStream.range(0, count).mapToObj(i -> new Candidate(prefix + i, stake)).toList();
  }
}
