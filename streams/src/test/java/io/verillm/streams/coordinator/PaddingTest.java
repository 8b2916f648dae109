package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Task;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class PaddingTest {
  @Test
  void shouldBringEveryTaskToAPowerOfTwo() {
    for (int tokens = 0; tokens < 5_000; tokens++) {
      int size = EventCodec.encode(Padding.pad(task(tokens))).length;
      assertThat(size).as("%d tokens", tokens).isGreaterThanOrEqualTo(1024);
      assertThat(Integer.bitCount(size)).as("%d tokens: %d bytes", tokens, size).isEqualTo(1);
    }
  }

  private static Task task(int tokens) {
    byte[] hash = new byte[32];
    return new Task(
        Wire.buffer(hash),
        0,
        Wire.buffer(hash),
        Collections.nCopies(tokens, 100),
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
