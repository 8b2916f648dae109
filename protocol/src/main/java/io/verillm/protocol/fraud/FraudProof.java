package io.verillm.protocol.fraud;

import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Signed records that together convict. Whoever knows the coordinator's key checks it alone.
 *
 * @param fraud of what
 * @param registration the coordinator's registration, which names its other keys and its witnesses
 * @param records what it signed, in the order that {@link Fraud} says
 */
public record FraudProof(Fraud fraud, SignedRecord registration, List<SignedRecord> records) {
  private static final int MAGIC = 0x56464431;
  private static final int RECORDS_MAX = 1_000_000;

  /** Copies the list. */
  public FraudProof {
    records = List.copyOf(records);
  }

  /**
   * What it proves, in a sentence; empty if it proves nothing.
   *
   * @param coordinator the key that the reader knows the coordinator by
   */
  public Optional<String> verify(VerifyKey coordinator) {
    return verify(coordinator, KeySuite.STANDARD);
  }

  /** As {@link #verify(VerifyKey)}, for a log whose keys are of this kind. */
  public Optional<String> verify(VerifyKey coordinator, KeySuite suite) {
    return FraudCheck.of(registration, coordinator, suite).flatMap(check -> check.verdict(this));
  }

  /**
   * The proof as a file: {@code VFD1}, the fraud's number, the number of records (4 bytes each, big
   * endian), then registration and records: partition (4), offset (8), and topic, key, value,
   * signer and signature, each behind its length (4).
   */
  public byte[] bytes() {
    List<SignedRecord> all = new ArrayList<>();
    all.add(registration);
    all.addAll(records);
    ByteBuffer file = ByteBuffer.allocate(12 + all.stream().mapToInt(FraudProof::size).sum());
    file.putInt(MAGIC).putInt(fraud.ordinal()).putInt(records.size());
    all.forEach(record -> {
      file.putInt(record.partition()).putLong(record.offset());
      fields(record).forEach(field -> file.putInt(field.length).put(field));
    });
    return file.array();
  }

  private static int size(SignedRecord record) {
    return 12 + fields(record).stream().mapToInt(field -> Integer.BYTES + field.length).sum();
  }

  private static List<byte[]> fields(SignedRecord record) {
    return List.of(
        record.topic().getBytes(StandardCharsets.UTF_8),
        record.key(),
        record.value(),
        record.signer().getBytes(StandardCharsets.UTF_8),
        record.signature());
  }

  /** Reads what {@link #bytes} wrote; empty for anything else. */
  public static Optional<FraudProof> parse(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file);
    try {
      boolean known = buffer.getInt() == MAGIC;
      int fraud = buffer.getInt();
      int count = buffer.getInt();
      if (!known || fraud < 0 || fraud >= Fraud.values().length || count > RECORDS_MAX) {
        return Optional.empty();
      }
      SignedRecord registration = record(buffer);
      List<SignedRecord> records = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        records.add(record(buffer));
      }
      return buffer.hasRemaining()
          ? Optional.empty()
          : Optional.of(new FraudProof(Fraud.values()[fraud], registration, records));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static SignedRecord record(ByteBuffer buffer) {
    int partition = buffer.getInt();
    long offset = buffer.getLong();
    String topic = new String(field(buffer), StandardCharsets.UTF_8);
    byte[] key = field(buffer);
    byte[] value = field(buffer);
    String signer = new String(field(buffer), StandardCharsets.UTF_8);
    return new SignedRecord(topic, partition, offset, key, value, signer, field(buffer));
  }

  private static byte[] field(ByteBuffer buffer) {
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] field = new byte[length];
    buffer.get(field);
    return field;
  }
}
