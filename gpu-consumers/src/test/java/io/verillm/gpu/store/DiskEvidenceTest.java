package io.verillm.gpu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.TinyModel;
import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskEvidenceTest {
  private static final long BOUND = 1 << 20;
  private static final Hash TASK = Hashing.hash("task-one");

  @TempDir Path directory;

  @Test
  void shouldFindWhatItKeptAfterARestart() throws Exception {
    StoredStep step = step(TASK, Step.FINAL, 5);
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    store.keepTask(TASK, step.commitment());
    store.keep(step);
    store.mark(TASK, "opened-1-1");

    EvidenceStore reopened = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    StoredStep found = reopened.find(TASK, Step.FINAL).orElseThrow();

    assertThat(found.step().seal()).isEqualTo(step.step().seal());
    assertThat(found.step().evidence()).isEqualTo(step.step().evidence());
    assertThat(found.step().outputTag()).isEqualTo(step.step().outputTag());
    assertThat(found.step().trace().root()).isEqualTo(step.step().trace().root());
    assertThat(found.commitment().value()).isEqualTo(step.commitment().value());
    assertThat(found.commitment().signature()).isEqualTo(step.commitment().signature());
    assertThat(reopened.findTask(TASK).orElseThrow().key()).isEqualTo(step.commitment().key());
    assertThat(reopened.marked(TASK, "opened-1-1")).isTrue();
    assertThat(reopened.marked(TASK, "opened-1-2")).isFalse();
    assertThat(reopened.tasks()).containsExactly(TASK);
    assertThat(reopened.bytes()).isEqualTo(store.bytes());
    assertThat(reopened.find(TASK, Step.PREFILL)).isEmpty();
  }

  @Test
  void shouldKeepTheFirstStepWhenASecondComes() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    StoredStep first = step(TASK, Step.PREFILL, 5);
    store.keep(first);
    long kept = store.bytes();

    store.keep(step(TASK, Step.PREFILL, 6));

    assertThat(store.find(TASK, Step.PREFILL).orElseThrow().step().seal())
        .isEqualTo(first.step().seal());
    assertThat(store.bytes()).isEqualTo(kept);
  }

  @Test
  void shouldForgetWhatACrashLeftHalfWritten() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    store.keep(step(TASK, Step.PREFILL, 5));
    Path kept = directory.resolve(TASK.hex()).resolve("prefill");
    Path half = directory.resolve(TASK.hex()).resolve("final123.tmp");
    Files.write(half, new byte[100]);

    EvidenceStore reopened = EvidenceStore.open(DiskObjects.open(directory), BOUND);

    assertThat(half).doesNotExist();
    assertThat(reopened.find(TASK, Step.PREFILL)).isPresent();
    assertThat(reopened.bytes()).isEqualTo(Files.size(kept));
  }

  @Test
  void shouldNotTrustAFileThatIsNotWhatWasWritten() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    store.keep(step(TASK, Step.PREFILL, 5));
    Path file = directory.resolve(TASK.hex()).resolve("prefill");
    byte[] bytes = Files.readAllBytes(file);

    for (int cut : new int[] {0, 20, bytes.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(bytes, cut));
      assertThat(store.find(TASK, Step.PREFILL)).isEmpty();
    }
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThat(store.find(TASK, Step.PREFILL)).isEmpty();

    long kept = store.bytes();
    store.keep(step(TASK, Step.PREFILL, 5));
    assertThat(store.find(TASK, Step.PREFILL)).as("kept again in its place").isPresent();
    assertThat(store.bytes()).isEqualTo(kept);
  }

  @Test
  void shouldHaveRoomForTheFinalStepOfATaskThatBeganEvenIfOthersFillTheStore() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), 40_000);
    TraceShape shape = step(TASK, Step.PREFILL, 5).step().trace().shape();
    store.reserve(TASK, shape, 5, 100);
    store.keep(step(TASK, Step.PREFILL, 5));
    assertThatThrownBy(() -> store.reserve(Hashing.hash("late"), shape, 5, 1000))
        .isInstanceOf(EvidenceStoreFull.class);
    fill(store);

    store.keep(step(TASK, Step.FINAL, 100));

    assertThat(store.find(TASK, Step.FINAL)).isPresent();
    store.release(TASK);
    store.keep(step(Hashing.hash("afterwards"), Step.PREFILL, 5));
  }

  private static void fill(EvidenceStore store) throws IOException {
    boolean full = false;
    for (int i = 0; !full; i++) {
      try {
        store.keep(step(Hashing.hash("other" + i), Step.PREFILL, 5));
      } catch (EvidenceStoreFull e) {
        full = true;
      }
    }
  }

  @Test
  void shouldSayThatItIsFullAndKeepNothingThen() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), 2_000);
    store.keep(step(TASK, Step.PREFILL, 5));
    long kept = store.bytes();
    Hash other = Hashing.hash("task-two");

    assertThatThrownBy(() -> store.keep(step(other, Step.PREFILL, 200)))
        .isInstanceOf(EvidenceStoreFull.class)
        .hasMessageContaining("bound 2000");

    assertThat(store.find(other, Step.PREFILL)).isEmpty();
    assertThat(store.bytes()).isEqualTo(kept);
  }

  @Test
  void shouldMakeRoomByDropping() throws Exception {
    EvidenceStore store = EvidenceStore.open(DiskObjects.open(directory), BOUND);
    store.keep(step(TASK, Step.PREFILL, 5));
    store.mark(TASK, "end");

    store.drop(TASK);

    assertThat(store.bytes()).isZero();
    assertThat(store.tasks()).isEmpty();
    assertThat(store.marked(TASK, "end")).isFalse();
    assertThat(files()).isZero();
  }

  @Test
  void shouldKeepTheFirstOfWritersThatRace() throws Exception {
    DiskObjects objects = DiskObjects.open(directory);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 50; i++) {
        String name = "task/" + i;
        List<Callable<Optional<byte[]>>> writers = new ArrayList<>();
        for (byte writer = 0; writer < 4; writer++) {
          byte[] content = {writer};
          writers.add(
              () -> objects.putIfAbsent(name, content) ? Optional.of(content) : Optional.empty());
        }
        List<byte[]> written = new ArrayList<>();
        for (Future<Optional<byte[]>> one : threads.invokeAll(writers)) {
          one.get().ifPresent(written::add);
        }

        assertThat(written).hasSize(1);
        assertThat(objects.find(name)).contains(written.getFirst());
      }
    }
    assertThat(files()).isEqualTo(50);
  }

  private long files() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).count();
    }
  }

  private static StoredStep step(Hash task, Step step, int size) {
    TraceShape shape =
        new TraceShape(TinyModel.MODEL_ID, new NumericProfile("test", RowType.FP32), 2, 3);
    Trace trace = new Trace(shape);
    for (int i = 0; i < size; i++) {
      trace.append(i, new float[][] {{i, 1, 2}, {3, 4, i}});
    }
    TokenEvidence entry = new TokenEvidence(RankClass.SURELY_ALLOWED, 77);
    EvidenceVector evidence = EvidenceVector.of(List.of(entry, entry), entry);
    SealedCommitment seal =
        new SealedCommitment(
            task,
            "w-01",
            step,
            trace.root(),
            evidence.evidenceRoot(),
            size,
            Hashing.hash("out"),
            step == Step.FINAL ? FinishReason.EOS : FinishReason.NONE,
            "test",
            Hashing.hash("salt"));
    Optional<Hash> tag = step == Step.FINAL ? Optional.of(Hashing.hash("tag")) : Optional.empty();
    SignedRecord commitment =
        new SignedRecord(
            "topic", 2, -1, task.bytes(), new byte[] {1, 2, 3}, "worker:w-01", new byte[64]);
    return new StoredStep(new SealedStep(seal, evidence, trace, tag), commitment);
  }
}
