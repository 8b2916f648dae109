package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.event.SignedRecord;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
  @Test
  void shouldCountByReasonAndKeepForgedTextOutOfTheLog() {
    Counters counters = new Counters();
    DeadLetters letters = new DeadLetters(Cluster.CATALOGUE, counters);
    SignedRecord record =
        new SignedRecord("t", 1, 2, new byte[] {3}, new byte[] {4}, "x", new byte[] {5});

    ProducerRecord<byte[], byte[]> letter =
        letters.refuse(record, DeadLetterReason.WRONG_EVENT, "a\nforged line");
    letters.refuse(record, DeadLetterReason.WRONG_EVENT, "y".repeat(1000));
    letters.refuse(record, DeadLetterReason.TOO_LARGE, "");

    assertThat(header(letter, DeadLetters.DETAIL_HEADER)).isEqualTo("a?forged line");
    assertThat(header(letter, SignedRecords.SIGNER_HEADER)).isEqualTo("x");
    assertThat(letter.topic()).isEqualTo(Cluster.CATALOGUE.deadLetters().name());
    assertThat(letter.key()).containsExactly(3);
    assertThat(counters.count(DeadLetterReason.WRONG_EVENT)).isEqualTo(2);
    assertThat(counters.count(DeadLetterReason.UNDECODABLE)).isZero();
    assertThat(counters.snapshot().toString()).isEqualTo("{too-large=1, wrong-event=2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bad", "a b", "a\n"})
  void shouldRefuseAReasonThatIsNoName(String name) {
    assertThatThrownBy(() -> new DeadLetterReason(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
