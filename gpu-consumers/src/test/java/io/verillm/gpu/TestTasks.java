package io.verillm.gpu;

import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificData;

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

  /** The same task with one field changed. */
  public static Task changed(Task task, String field, Object value) {
    Task copy = SpecificData.get().deepCopy(Task.getClassSchema(), task);
    copy.put(Task.getClassSchema().getField(field).pos(), value);
    return copy;
  }
}
