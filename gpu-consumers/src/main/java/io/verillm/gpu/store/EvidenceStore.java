package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What one worker must be able to open, kept on a medium until it is told to drop it. Whatever
 * {@code keep} returned from survives a crash of the process. Where processes share the medium, a
 * task that is delivered to another one finds what the first one sealed: the first content of a
 * name stays, whoever wrote it. The bound counts what this process found at its start and kept
 * since. Safe for use by several threads.
 */
public final class EvidenceStore {
  private static final Pattern OBJECT = Pattern.compile("([0-9a-f]{64})/([a-zA-Z0-9-]{1,80})");
  private static final Pattern MARK = Pattern.compile("[a-zA-Z0-9-]{1,64}");
  private static final String TASK = "task";

  private final EvidenceObjects objects;
  private final EvidenceRoom room;
  private final Map<String, Long> kept = new ConcurrentHashMap<>();

  private EvidenceStore(EvidenceObjects objects, long boundBytes) {
    this.objects = objects;
    this.room = new EvidenceRoom(boundBytes);
  }

  /**
   * Opens a store; what lies there is looked through once.
   *
   * @param boundBytes most bytes kept
   * @throws UncheckedIOException if the medium cannot be read
   */
  public static EvidenceStore open(EvidenceObjects objects, long boundBytes) {
    EvidenceStore store = new EvidenceStore(objects, boundBytes);
    objects
        .list()
        .forEach((name, length) -> {
          if (OBJECT.matcher(name).matches()) {
            store.kept.put(name, length);
            store.room.add(length);
          }
        });
    return store;
  }

  /**
   * Keeps room for all that a task may come to, so that it is not full when the task is half done.
   * What the task keeps is taken from it.
   *
   * @param shape of its traces
   * @param contextSize positions of its PREFILL
   * @param positionLimit most positions of its FINAL
   * @throws EvidenceStoreFull if there is not as much room
   */
  public void reserve(Hash taskId, TraceShape shape, int contextSize, int positionLimit)
      throws EvidenceStoreFull {
    room.reserve(
        taskId,
        StepFormat.bytesMax(shape, contextSize) + StepFormat.bytesMax(shape, positionLimit));
  }

  /** Positions of the longest trace of this shape that can be kept: it is one array of bytes. */
  public static int positionsMax(TraceShape shape) {
    long each = StepFormat.bytesMax(shape, 1) - StepFormat.bytesMax(shape, 0);
    return Math.toIntExact((Integer.MAX_VALUE - StepFormat.bytesMax(shape, 0)) / each);
  }

  /** What {@link #reserve} takes for a task at most. */
  public static long taskBytesMax(TraceShape shape, int positionLimit) {
    return 2 * StepFormat.bytesMax(shape, positionLimit);
  }

  /** Gives up what is left of it. */
  public void release(Hash taskId) {
    room.release(taskId);
  }

  /**
   * Keeps a task record as it was signed.
   *
   * @throws EvidenceStoreFull if the bound would be passed; nothing was kept then
   * @throws UncheckedIOException if the medium fails
   */
  public void keepTask(Hash taskId, SignedRecord task) throws EvidenceStoreFull {
    try {
      Framed content = new Framed(StepFormat.FIELDS_BYTES_MAX);
      StepFormat.write(task, content);
      keep(taskId, name(taskId, TASK), content.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep task " + taskId, e);
    }
  }

  /**
   * Keeps a step with the commitment that will be sent for it. A step that is kept already stays as
   * it is.
   *
   * @throws EvidenceStoreFull if the bound would be passed; nothing was kept then
   * @throws UncheckedIOException if the medium fails
   */
  public void keep(StoredStep step) throws EvidenceStoreFull {
    Hash taskId = step.step().seal().taskId();
    try {
      Trace trace = step.step().trace();
      Framed content =
          new Framed(Math.toIntExact(StepFormat.bytesMax(trace.shape(), trace.size())));
      StepFormat.write(step, content);
      keep(taskId, name(taskId, step.step().seal().step()), content.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep evidence of task " + taskId, e);
    }
  }

  private void keep(Hash taskId, String name, byte[] framed) throws EvidenceStoreFull {
    if (kept.containsKey(name)) {
      if (whole(name).isPresent()) {
        return;
      }
      forget(name);
    }
    room.take(taskId, framed.length);
    try {
      objects.putIfAbsent(name, framed);
    } catch (RuntimeException e) {
      room.remove(framed.length);
      throw e;
    }
    if (kept.putIfAbsent(name, (long) framed.length) != null) {
      room.remove(framed.length);
    }
  }

  /** The task record, if it is kept and whole. */
  public Optional<SignedRecord> findTask(Hash taskId) {
    Optional<byte[]> content = whole(name(taskId, TASK));
    try {
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(StepFormat.decodeRecord(content.get()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read task " + taskId, e);
    }
  }

  /** The step, if it is kept and whole. */
  public Optional<StoredStep> find(Hash taskId, Step step) {
    Optional<byte[]> content = whole(name(taskId, step));
    try {
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(StepFormat.decodeStep(content.get()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read evidence of task " + taskId, e);
    }
  }

  /**
   * Remembers that something was sent for a task, by a name of letters, digits and dashes.
   *
   * @throws IllegalArgumentException for another name
   */
  public void mark(Hash taskId, String sent) {
    if (!MARK.matcher(sent).matches()) {
      throw new IllegalArgumentException("no name for a mark: " + sent);
    }
    String name = markName(taskId, sent);
    if (!kept.containsKey(name)) {
      objects.putIfAbsent(name, new byte[0]);
      kept.put(name, 0L);
    }
  }

  /** Whether it was. */
  public boolean marked(Hash taskId, String sent) {
    String name = markName(taskId, sent);
    return kept.containsKey(name) || objects.exists(name);
  }

  /** Tasks of which anything is kept. */
  public Set<Hash> tasks() {
    Set<Hash> tasks = new TreeSet<>();
    kept.keySet().forEach(name -> tasks.add(Hash.fromHex(name.substring(0, name.indexOf('/')))));
    return tasks;
  }

  /** Forgets a task. */
  public void drop(Hash taskId) {
    forget(taskId.hex() + "/");
  }

  private void forget(String prefix) {
    objects.dropAll(prefix);
    for (String name : kept.keySet()) {
      Long length = name.startsWith(prefix) ? kept.remove(name) : null;
      if (length != null) {
        room.remove(length);
      }
    }
  }

  /** Bytes kept. */
  public long bytes() {
    return room.kept();
  }

  private Optional<byte[]> whole(String name) {
    return objects.find(name).flatMap(Framed::content);
  }

  private static String name(Hash taskId, Step step) {
    return name(taskId, step.name().toLowerCase(Locale.ROOT));
  }

  private static String markName(Hash taskId, String sent) {
    return name(taskId, "sent-" + sent);
  }

  private static String name(Hash taskId, String kind) {
    return taskId.hex() + "/" + kind;
  }
}
