package io.verillm.streams.coordinator;

import io.verillm.protocol.event.SignedRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A record as the shard's own store keeps it. */
final class RecordBytes {
  private RecordBytes() {}

  static byte[] write(SignedRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.value().length + 256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(record.topic());
      out.writeInt(record.partition());
      out.writeLong(record.offset());
      write(out, record.key());
      write(out, record.value());
      // No UTF field: headers may be longer than it can be.
      write(out, record.signer().getBytes(StandardCharsets.UTF_8));
      write(out, record.signature());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, byte[] field) throws IOException {
    out.writeInt(field.length);
    out.write(field);
  }

  static SignedRecord read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new SignedRecord(
          in.readUTF(),
          in.readInt(),
          in.readLong(),
          read(in),
          read(in),
          new String(read(in), StandardCharsets.UTF_8),
          read(in));
    } catch (IOException e) {
      throw new UncheckedIOException("stored record", e);
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
