package io.verillm.gpu.worker;

import io.verillm.broker.LocalBroker;
import io.verillm.gpu.Keys;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.behaviour.Behaviour;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.intake.IntakeSettings;
import io.verillm.gpu.intake.TaskIntake;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A real broker and the tiny model's engines for the tests of a class, and workers of these. */
abstract class WorkerBed {
  private static final Map<Variant, Engine> ENGINES = new EnumMap<>(Variant.class);
  private static final int EVIDENCE_BYTES = 1 << 24;

  @TempDir private static Path brokerDirectory;
  static LocalBroker broker;

  @TempDir private Path directory;

  @BeforeAll
  static void load() {
    broker = LocalBroker.start(brokerDirectory, 0);
    for (Variant variant : List.of(Variant.FP32, Variant.INT8)) {
      ENGINES.put(variant, TinyModel.engine(variant, EngineOptions.cpu()));
    }
  }

  @AfterAll
  static void unload() {
    ENGINES.values().forEach(Engine::close);
    broker.close();
  }

  static KafkaAccess access() {
    return KafkaAccess.open(broker.bootstrapServers());
  }

  static Inference inference(String behaviour) {
    return Behaviour.named(behaviour).inference(ENGINES, TinyModel.CONFIG.eosId());
  }

  /** A worker that cuts short what is in hand when it is closed. */
  static WorkerSettings settings(
      String id, Catalogue catalogue, Function<IntakeSettings, TaskIntake> intake) {
    return WorkerSettings.of(
            id, Keys.signing(id), Hashing.hash(id).bytes(), access(), catalogue, intake)
        .withDrain(Duration.ofSeconds(1));
  }

  /** The same but for how long tasks wait and how far back the log is read. */
  static WorkerSettings with(WorkerSettings usual, Duration controlWait, Duration lookBack) {
    return new WorkerSettings(
        usual.id(),
        usual.operator(),
        usual.key(),
        usual.secret(),
        usual.access(),
        usual.catalogue(),
        usual.intake(),
        usual.sessions(),
        controlWait,
        lookBack,
        usual.drain(),
        usual.flags());
  }

  /** One that has not started; what another of this id has kept is there. */
  Worker worker(WorkerSettings settings, Inference inference) {
    return new Worker(settings, Map.of(TinyModel.MODEL_ID, inference), store(settings.id()));
  }

  EvidenceStore store(String id) {
    return EvidenceStore.open(DiskObjects.open(directory.resolve(id)), EVIDENCE_BYTES);
  }
}
