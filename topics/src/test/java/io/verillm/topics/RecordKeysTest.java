package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import org.junit.jupiter.api.Test;

class RecordKeysTest {
  @Test
  void shouldShowEveryKindOfKeyAsPeopleWriteIt() {
    assertThat(RecordKeys.readable(RecordKeys.text("worker/w-01"))).isEqualTo("worker/w-01");
    assertThat(RecordKeys.readable(RecordKeys.shard(2))).isEqualTo("2");
    assertThat(RecordKeys.readable(RecordKeys.epoch(300))).isEqualTo("300");
    assertThat(RecordKeys.readable(RecordKeys.task(new Hash(new byte[32]))))
        .isEqualTo("00".repeat(32));
    assertThat(RecordKeys.readable(new byte[0])).isEmpty();
  }

  @Test
  void shouldNotLetAKeyForgeLinesNorFillALog() {
    assertThat(RecordKeys.readable(RecordKeys.text("a\nforge"))).isEqualTo("610a666f726765");
    assertThat(RecordKeys.readable(RecordKeys.text("x".repeat(5_000)))).hasSize(64);
  }
}
