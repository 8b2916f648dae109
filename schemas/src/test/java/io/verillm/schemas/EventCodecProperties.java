package io.verillm.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.verillm.events.Balance;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EventCodecProperties {
  @Property
  void shouldReadBackWhatItWrote(
      @ForAll @Size(32) byte[] id, @ForAll String worker, @ForAll boolean last) throws Exception {
    var event =
        new Commitment(
            ByteBuffer.wrap(id),
            worker,
            last ? CommitmentStep.FINAL : CommitmentStep.PREFILL,
            ByteBuffer.wrap(id),
            last ? ByteBuffer.wrap(id) : null);

    byte[] bytes = EventCodec.encode(event);

    assertThat(EventCodec.decode(bytes)).isEqualTo(event);
    assertThat(EventCodec.encode(EventCodec.decode(bytes, Commitment.class))).isEqualTo(bytes);
  }

  @Property(tries = 3000)
  void shouldGiveAnEventOrTheNamedErrorForAnyBytes(
      @ForAll byte[] noise, @ForAll @IntRange(max = 40) int at) {
    byte[] good = EventCodec.encode(new Balance("worker:w-01", 17L, 3L));
    byte[] bad = Arrays.copyOf(good, good.length);
    for (int i = 0; i < noise.length && at + i < bad.length; i++) {
      bad[at + i] = noise[i];
    }
    decodeOrNamedError(bad);
    decodeOrNamedError(noise);
  }

  private static void decodeOrNamedError(byte[] bytes) {
    try {
      assertThat(EventCodec.decode(bytes)).isNotNull();
    } catch (UndecodableEvent e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Property(tries = 50)
  void shouldRefuseTruncatedAndLengthenedEvents(@ForAll @IntRange(min = 1, max = 10) int by) {
    byte[] good = EventCodec.encode(new Balance("worker:w-01", 17L, 3L));

    assertThatExceptionOfType(UndecodableEvent.class)
        .isThrownBy(() -> EventCodec.decode(Arrays.copyOf(good, good.length - by)));
    assertThatExceptionOfType(UndecodableEvent.class)
        .isThrownBy(() -> EventCodec.decode(Arrays.copyOf(good, good.length + by)))
        .withMessageContaining("behind");
  }

  @Property(tries = 1)
  void shouldRefuseALengthThatPromisesGigabytes() {
    byte[] good = EventCodec.encode(new Balance("worker:w-01", 17L, 3L));
    byte[] giant = Arrays.copyOf(good, 16);
    Arrays.fill(giant, 10, 14, (byte) 0xFF);
    giant[14] = 0x0F;

    assertThatExceptionOfType(UndecodableEvent.class).isThrownBy(() -> EventCodec.decode(giant));
  }

  @Property(tries = 1)
  void shouldNameTheUnknownSchema() {
    byte[] bytes = EventCodec.encode(new Balance("worker:w-01", 17L, 3L));
    bytes[3] ^= 1;

    assertThatExceptionOfType(UndecodableEvent.class)
        .isThrownBy(() -> EventCodec.decode(bytes))
        .withMessageContaining("unknown schema");
  }
}
