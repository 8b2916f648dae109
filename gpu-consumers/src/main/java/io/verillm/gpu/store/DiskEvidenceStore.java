package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.trace.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An {@link EvidenceStore} in a directory of the local disk, one subdirectory for each task. */
public final class DiskEvidenceStore implements EvidenceStore {
  private static final Pattern TASK = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern MARK = Pattern.compile("[a-zA-Z0-9-]{1,64}");
  private static final String TASK_FILE = "task";

  private final Path directory;
  private final long boundBytes;
  private final AtomicLong bytes = new AtomicLong();

  private DiskEvidenceStore(Path directory, long boundBytes) {
    this.directory = directory;
    this.boundBytes = boundBytes;
  }

  /**
   * Opens a store, which one process may do at a time; what a crash left half written is removed.
   *
   * @param boundBytes most bytes kept
   * @throws UncheckedIOException if the directory cannot be used
   */
  public static DiskEvidenceStore open(Path directory, long boundBytes) {
    DiskEvidenceStore store = new DiskEvidenceStore(directory, boundBytes);
    try {
      Files.createDirectories(directory);
      for (Path file : files(directory)) {
        if (file.toString().endsWith(DurableFile.TEMPORARY)) {
          Files.delete(file);
        } else {
          store.bytes.addAndGet(Files.size(file));
        }
      }
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException("no evidence store in " + directory, e);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  @Override
  public void keepTask(Hash taskId, SignedRecord task) throws EvidenceStoreFull {
    try {
      keep(taskId, TASK_FILE, StepFormat.encode(task));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep task " + taskId, e);
    }
  }

  @Override
  public void keep(StoredStep step) throws EvidenceStoreFull {
    Hash taskId = step.step().seal().taskId();
    try {
      keep(taskId, name(step.step().seal().step()), StepFormat.encode(step));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep evidence of task " + taskId, e);
    }
  }

  private void keep(Hash taskId, String name, byte[] content)
      throws IOException, EvidenceStoreFull {
    Path file = file(taskId, name);
    if (DurableFile.read(file).isPresent()) {
      return;
    }
    long asked = DurableFile.bytes(content.length);
    long kept = bytes.addAndGet(asked) - asked;
    if (kept + asked > boundBytes) {
      bytes.addAndGet(-asked);
      throw new EvidenceStoreFull(kept, asked, boundBytes);
    }
    try {
      Files.createDirectories(file.getParent());
      DurableFile.write(file, content);
      DurableFile.force(directory);
    } catch (IOException e) {
      bytes.addAndGet(-asked);
      throw e;
    }
  }

  @Override
  public Optional<SignedRecord> findTask(Hash taskId) {
    try {
      Optional<byte[]> content = DurableFile.read(file(taskId, TASK_FILE));
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(StepFormat.decodeRecord(content.get()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read task " + taskId, e);
    }
  }

  @Override
  public Optional<StoredStep> find(Hash taskId, Step step) {
    try {
      Optional<byte[]> content = DurableFile.read(file(taskId, name(step)));
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(StepFormat.decodeStep(content.get()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read evidence of task " + taskId, e);
    }
  }

  @Override
  public void mark(Hash taskId, String sent) {
    if (!MARK.matcher(sent).matches()) {
      throw new IllegalArgumentException("no name for a mark: " + sent);
    }
    Path file = file(taskId, "sent-" + sent);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.createFile(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mark " + sent + " of task " + taskId, e);
    }
  }

  @Override
  public boolean marked(Hash taskId, String sent) {
    return Files.exists(file(taskId, "sent-" + sent));
  }

  @Override
  public Set<Hash> tasks() {
    try (Stream<Path> paths = Files.list(directory)) {
      Set<Hash> tasks = new TreeSet<>();
      paths
          .map(path -> path.getFileName().toString())
          .filter(name -> TASK.matcher(name).matches())
          .forEach(name -> tasks.add(Hash.fromHex(name)));
      return tasks;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  @Override
  public void drop(Hash taskId) {
    Path task = directory.resolve(taskId.hex());
    if (!Files.exists(task)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(task)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        long size = Files.isRegularFile(path) ? Files.size(path) : 0;
        Files.delete(path);
        bytes.addAndGet(-size);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot drop task " + taskId, e);
    }
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  private Path file(Hash taskId, String name) {
    return directory.resolve(taskId.hex()).resolve(name);
  }

  private static String name(Step step) {
    return step.name().toLowerCase(Locale.ROOT);
  }
}
