package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Task;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.TaskSize;
import io.verillm.schemas.EventCodec;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaddingTest {
  @Test
  void shouldBringEveryTaskToAPowerOfTwo() {
    // One byte each: every length around the smallest sizes and where the length field grows.
    IntStream.concat(IntStream.range(0, 2_200), IntStream.range(7_600, 8_400))
        .forEach(PaddingTest::assertPadded);
  }

  @Test
  void shouldGiveAllTasksOfARequestOneSize() {
    List<Integer> sizes =
        IntStream.iterate(20, tokens -> tokens <= 5_000, tokens -> tokens + 83)
            .mapToObj(tokens -> EventCodec.encode(Padding.pad(task(tokens), 5_000, 300)).length)
            .distinct()
            .toList();

    assertThat(sizes).containsExactly(16_384);
  }

  @Test
  void shouldNeverExceedTheLimitOfATask() {
    int bare = EventCodec.encode(task(1_000_000)).length - 1_000_000;
    for (int gap : new int[] {0, 1, 64, 65, 66, 8_192, 8_193, 8_194}) {
      int size = EventCodec.encode(Padding.pad(task(TaskSize.BYTES_MAX - bare - gap), 1, 1)).length;
      assertThat(size)
          .as("%d bytes below the limit", gap)
          .isBetween(TaskSize.BYTES_MAX - 1, TaskSize.BYTES_MAX);
    }
  }

  private static void assertPadded(int tokens) {
    int size = EventCodec.encode(Padding.pad(task(tokens), tokens, 1)).length;
    assertThat(size).as("%d tokens", tokens).isGreaterThanOrEqualTo(Padding.SMALLEST);
    assertThat(Integer.bitCount(size)).as("%d tokens: %d bytes", tokens, size).isEqualTo(1);
  }

  private static Task task(int tokens) {
    byte[] hash = new byte[32];
    return new Task(
        Wire.buffer(hash),
        0,
        Wire.buffer(hash),
        Collections.nCopies(tokens, 1),
        tokens,
        Wire.buffer(hash),
        Wire.buffer(hash),
        0.0,
        1,
        1.0,
        Wire.buffer(hash),
        4096,
        4,
        Wire.buffer(new byte[0]));
  }
}
