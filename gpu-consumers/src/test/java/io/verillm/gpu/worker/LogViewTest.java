package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.gpu.TestTasks;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogViewTest {
  private static final Hash TASK = Hashing.hash("task");
  private static final ByteBuffer TAG = Wire.buffer(Hashing.hash("tag"));
  private static final ByteBuffer SHORT = Wire.buffer(new byte[31]);

  private final LogView log = new LogView();

  @Test
  void shouldCountTheFinalThatFollowsItsPrefillAndNotTheOneBefore() {
    Commitment garbage = commitment(CommitmentStep.FINAL, "garbage", TAG);
    Commitment prefill = commitment(CommitmentStep.PREFILL, "prefill", null);
    Commitment last = commitment(CommitmentStep.FINAL, "final", TAG);

    log.add(0, garbage);
    log.add(0, prefill);
    log.add(0, last);
    log.add(0, garbage);

    assertThat(log.commitment(0, TASK, "w", CommitmentStep.PREFILL)).contains(prefill);
    assertThat(log.commitment(0, TASK, "w", CommitmentStep.FINAL)).contains(last);
  }

  @Test
  void shouldPassOverCommitmentsWithFieldsOfWrongLength() {
    Commitment prefill = commitment(CommitmentStep.PREFILL, "prefill", null);
    Commitment last = commitment(CommitmentStep.FINAL, "final", TAG);
    Commitment noTask = TestTasks.changed(last, "taskId", SHORT);

    log.add(0, commitment(CommitmentStep.PREFILL, "tagged", TAG));
    log.add(0, prefill);
    log.add(0, noTask);
    log.add(0, commitment(CommitmentStep.FINAL, "short", SHORT));
    log.add(0, commitment(CommitmentStep.FINAL, "untagged", null));
    log.add(0, last);

    assertThat(log.commitment(0, TASK, "w", CommitmentStep.PREFILL)).contains(prefill);
    assertThat(log.commitment(0, TASK, "w", CommitmentStep.FINAL)).contains(last);
  }

  @Test
  void shouldPassOverACommitmentInAnotherShardsPartition() {
    Commitment prefill = commitment(CommitmentStep.PREFILL, "prefill", null);
    Commitment last = commitment(CommitmentStep.FINAL, "final", TAG);

    log.add(1, commitment(CommitmentStep.PREFILL, "elsewhere", null));
    log.add(1, commitment(CommitmentStep.FINAL, "junk", TAG));
    log.add(0, prefill);
    log.add(0, last);

    assertThat(log.commitment(0, TASK, "w", CommitmentStep.PREFILL)).contains(prefill);
    assertThat(log.commitment(0, TASK, "w", CommitmentStep.FINAL)).contains(last);
  }

  @Test
  void shouldLetNoOpeningOfOneModeTakeThePlaceOfTheOther() {
    IntStream.range(0, 4).forEach(i -> log.add(opening(i), false));
    log.add(opening(9), true);

    assertThat(log.openings(TASK, "w", 1, 1, true)).containsExactly(opening(9));
  }

  @Test
  void shouldKeepFourOpeningsOfAPartAndEachOnce() {
    List<Opening> said = IntStream.range(0, 6).mapToObj(LogViewTest::opening).toList();

    said.forEach(opening -> {
      log.add(opening, false);
      log.add(opening, false);
    });

    assertThat(log.openings(TASK, "w", 1, 1, false)).isEqualTo(said.subList(0, 4));
    assertThat(log.openings(TASK, "w", 1, 2, false)).isEmpty();
  }

  private static Commitment commitment(CommitmentStep step, String root, @Nullable ByteBuffer tag) {
    return new Commitment(Wire.buffer(TASK), "w", step, Wire.buffer(Hashing.hash(root)), tag);
  }

  private static Opening opening(int size) {
    ByteBuffer hash = Wire.buffer(TASK);
    return new Opening(
        "r",
        0,
        1,
        1,
        hash,
        "w",
        OpeningStep.FINAL,
        hash,
        hash,
        size,
        hash,
        OpeningFinish.STOP,
        "p",
        hash,
        hash,
        List.of());
  }
}
