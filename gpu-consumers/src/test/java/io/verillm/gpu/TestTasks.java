package io.verillm.gpu;

import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Tasks for the tiny model. */
public final class TestTasks {
  public static final Hash SEED = Hashing.hash("test-seed");
  public static final byte[] SALT = new byte[32];
  public static final byte[] NONCE = Hashing.hash("test-nonce").bytes();
  public static final int SHARD = 1;

  private TestTasks() {}

  public static Hash taskId(String name) {
    return Hashing.hash("test-task", name.getBytes());
  }

  public static Task task(Hash taskId, int[] context, int promptLength) {
    List<Integer> ids = Arrays.stream(context).boxed().toList();
    return new Task(
        Wire.buffer(taskId),
        SHARD,
        Wire.buffer(TinyModel.MODEL_ID),
        ids,
        promptLength,
        Wire.buffer(SALT),
        Wire.buffer(NONCE),
        0.8,
        40,
        0.95,
        Wire.buffer(SEED),
        TinyModel.CONFIG.positions(),
        4,
        ByteBuffer.allocate(0));
  }

  /** The same event with one field changed. */
  public static <T extends SpecificRecord> T changed(T event, String field, Object value) {
    try {
      @SuppressWarnings("unchecked")
      T copy = (T) EventCodec.decode(EventCodec.encode(event));
      copy.put(event.getSchema().getField(field).pos(), value);
      return copy;
    } catch (UndecodableEvent e) {
      throw new IllegalStateException(e);
    }
  }

  /** The id of a request that belongs to {@link #SHARD}. */
  public static String requestId() {
    return Stream.generate(() -> UUID.randomUUID().toString())
        .filter(id -> Catalogue.local().shardOf(id) == SHARD)
        .findFirst()
        .orElseThrow();
  }
}
