package io.verillm.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

class EventBytesProperties {
  @Property(tries = 300)
  void shouldWriteTheBytesOfAvrosEncoder(
      @ForAll long number,
      @ForAll int small,
      @ForAll float single,
      @ForAll double fraction,
      @ForAll boolean flag,
      @ForAll String text,
      @ForAll List<byte[]> items)
      throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    BinaryEncoder avro = EncoderFactory.get().binaryEncoder(expected, null);
    write(avro, number, small, single, fraction, flag, text, items);
    avro.flush();
    EventBytes own = new EventBytes();
    write(own, number, small, single, fraction, flag, text, items);

    assertThat(own.take()).isEqualTo(expected.toByteArray());
  }

  private static void write(
      Encoder to,
      long number,
      int small,
      float single,
      double fraction,
      boolean flag,
      String text,
      List<byte[]> items)
      throws IOException {
    to.writeLong(number);
    to.writeInt(small);
    to.writeFloat(single);
    to.writeDouble(fraction);
    to.writeBoolean(flag);
    to.writeString(text);
    to.writeArrayStart();
    to.setItemCount(items.size());
    for (byte[] item : items) {
      to.startItem();
      to.writeIndex(1);
      to.writeBytes(ByteBuffer.wrap(item));
      to.writeFixed(item);
    }
    to.writeArrayEnd();
  }

  @Property(tries = 20)
  void shouldForgetWhatWasTakenOrCleared(@ForAll @IntRange(max = 200_000) int length) {
    EventBytes bytes = new EventBytes();
    bytes.write(new byte[length]);
    assertThat(bytes.take()).hasSize(length);
    bytes.write(new byte[] {1});
    bytes.clear();
    bytes.write(new byte[] {2, 3});
    assertThat(bytes.take()).containsExactly(2, 3);
  }
}
