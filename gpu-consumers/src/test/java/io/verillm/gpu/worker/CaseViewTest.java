package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.OpenedPosition;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.events.RosterRole;
import io.verillm.gpu.TestCoordinator;
import io.verillm.gpu.TestTasks;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaseViewTest {
  private static final Hash TASK = Hashing.hash("task");
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final Opening ASKED = opening();

  private final CaseView view = new CaseView();

  @Test
  void shouldAskForTheAuthorsOpeningOnceTheChallengeIsRead() {
    assertThat(view.asksFor(ASKED, "checker")).isFalse();

    view.add(challenge());

    assertThat(view.asksFor(ASKED, "checker")).isTrue();
    assertThat(view.asksFor(ASKED, "stranger")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("others")
  void shouldAskForNoOtherOpening(Opening other) {
    view.add(challenge());

    assertThat(view.asksFor(other, "checker")).isFalse();
  }

  static Stream<Opening> others() {
    return Stream.of(
        TestTasks.changed(ASKED, "requestId", "other"),
        TestTasks.changed(ASKED, "segment", 1),
        TestTasks.changed(ASKED, "round", 2),
        TestTasks.changed(ASKED, "part", 2),
        TestTasks.changed(ASKED, "worker", "stranger"),
        TestTasks.changed(ASKED, "taskId", Wire.buffer(new byte[31])),
        TestTasks.changed(ASKED, "step", OpeningStep.PREFILL),
        TestTasks.changed(ASKED, "positions", positions(3)),
        TestTasks.changed(ASKED, "positions", positions(3, 3)),
        TestTasks.changed(ASKED, "positions", positions(3, 6)));
  }

  @Test
  void shouldLetNoOpeningOfOneModeTakeThePlaceOfTheOther() {
    IntStream.range(0, 4).forEach(i -> view.add(opening(i), false));
    view.add(opening(9), true);

    assertThat(view.openings(1, 1, true)).containsExactly(opening(9));
  }

  @Test
  void shouldKeepFourOpeningsOfAPartAndEachOnce() {
    List<Opening> said = IntStream.range(0, 6).mapToObj(CaseViewTest::opening).toList();

    said.forEach(opening -> {
      view.add(opening, false);
      view.add(opening, false);
    });

    assertThat(view.openings(1, 1, false)).isEqualTo(said.subList(0, 4));
    assertThat(view.openings(1, 2, false)).isEmpty();
  }

  private static Opening opening(int size) {
    return TestTasks.changed(ASKED, "size", size);
  }

  private static Opening opening() {
    ByteBuffer hash = Wire.buffer(TASK);
    return new Opening(
        "r",
        0,
        1,
        1,
        hash,
        "author",
        OpeningStep.FINAL,
        hash,
        hash,
        9,
        hash,
        OpeningFinish.STOP,
        "p",
        hash,
        hash,
        positions(5, 3));
  }

  private static List<OpenedPosition> positions(int... at) {
    return IntStream.of(at)
        .mapToObj(position -> new OpenedPosition(position, 1, List.of(), List.of()))
        .toList();
  }

  private static Challenge challenge() {
    return new Challenge(
        "r",
        0,
        1,
        1,
        7L,
        NOTHING,
        6L,
        NOTHING,
        9,
        "",
        List.of(
            TestCoordinator.entry(TASK, "author", RosterRole.AUTHOR, TASK),
            TestCoordinator.entry(Hashing.hash("other"), "checker", RosterRole.CHECKER, TASK)),
        List.of(new ChallengedPosition(3, 0), new ChallengedPosition(5, 1)),
        List.of(9),
        1,
        null);
  }
}
