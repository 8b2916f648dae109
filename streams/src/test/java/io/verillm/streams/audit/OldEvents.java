package io.verillm.streams.audit;

import io.verillm.schemas.EventCodec;
import io.verillm.schemas.EventSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;

/** Events as builds before this one wrote them. */
final class OldEvents {
  private static final int HEADER_BYTES = 10;

  private OldEvents() {}

  /** The event's bytes in a version of its schema, without what that did not know. */
  static byte[] encode(SpecificRecord event, int version) {
    Schema schema = EventSchemas.history(event.getSchema().getName()).get(version - 1);
    byte[] now = EventCodec.encode(event);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(HEADER_BYTES)
            .putShort((short) 0xC301)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SchemaNormalization.parsingFingerprint64(schema))
            .array());
    try {
      Object old =
          new GenericDatumReader<>(event.getSchema(), schema)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(now, HEADER_BYTES, now.length - HEADER_BYTES, null));
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<>(schema).write(old, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
