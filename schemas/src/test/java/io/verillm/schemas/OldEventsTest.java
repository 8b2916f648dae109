package io.verillm.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Balance;
import io.verillm.events.EscrowDecided;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Bytes that a build with an older schema wrote are held against what this build decides. */
class OldEventsTest {
  private static final EscrowDecided EVENT = new EscrowDecided("r", true, 9L, "", "q", 0);

  /** Request, granted, amount, reason, requester. */
  private static final byte[] SECOND = written(2, "0272" + "01" + "12" + "00" + "0271");

  private static byte[] written(int version, String hex) {
    Schema schema = EventSchemas.history("EscrowDecided").get(version - 1);
    long fingerprint = Long.reverseBytes(EventSchemas.fingerprint(schema));
    return HexFormat.of().parseHex("c301%016x%s".formatted(fingerprint, hex));
  }

  private static EscrowDecided with(String requester, int waitTicks) {
    return EscrowDecided.newBuilder(EVENT).setRequester(requester).setWaitTicks(waitTicks).build();
  }

  @Test
  void shouldKnowTheEventInWhatAnyOfItsSchemasWrote() {
    EscrowDecided unsaid = with("", 0);

    assertThat(EventCodec.isOf(EventCodec.encode(EVENT), EVENT)).isTrue();
    assertThat(EventCodec.isOf(SECOND, EVENT)).isTrue();
    assertThat(EventCodec.isOf(written(1, "0272" + "01" + "12" + "00"), unsaid)).isTrue();
    assertThat(EventCodec.encode(EVENT)).isNotEqualTo(SECOND);
  }

  @Test
  void shouldHideNothingThatTheOlderSchemaCannotSay() {
    assertThat(EventCodec.isOf(SECOND, with("q", 40))).isFalse();
    assertThat(EventCodec.isOf(written(1, "0272" + "01" + "12" + "00"), EVENT)).isFalse();
  }

  @Test
  void shouldRefuseOtherValuesOtherEventsAndOtherForms() {
    byte[] longer = written(2, "0272" + "01" + "9200" + "00" + "0271");
    byte[] cut = Arrays.copyOf(SECOND, SECOND.length - 1);

    assertThat(EventCodec.isOf(SECOND, with("p", 0))).isFalse();
    assertThat(EventCodec.isOf(SECOND, new Balance("r", 9L, 0L))).isFalse();
    assertThat(EventCodec.isOf(longer, EVENT)).as("9 in two bytes").isFalse();
    assertThat(EventCodec.isOf(written(2, "0272" + "02" + "12" + "00" + "0271"), EVENT)).isFalse();
    assertThat(EventCodec.isOf(cut, EVENT)).isFalse();
    assertThat(EventCodec.isOf(new byte[0], EVENT)).isFalse();
  }
}
