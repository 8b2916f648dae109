package io.verillm.protocol.registry;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;

/** Keys of the registry: one subject for each thing that is registered. */
public final class RegistrySubject {
  private RegistrySubject() {}

  /**
   * Of any registry event.
   *
   * @throws IllegalArgumentException for another event
   */
  public static byte[] of(SpecificRecord event) {
    return switch (event) {
      case WorkerRegistered worker -> worker(worker.getWorker());
      case WorkerReady ready -> workerReady(ready.getWorker());
      case WitnessRegistered witness -> witness(witness.getWitness());
      case CoordinatorRegistered coordinator -> coordinator(coordinator.getCoordinator());
      case ModelRegistered model -> model(new Hash(Wire.bytes(model.getModelId())));
      case CalibrationPublished calibration -> calibration(calibration.getCalibrationId());
      case ParametersSet parameters -> parameters();
      case EncryptionKeyRegistered key -> encryptionKey(key.getParty());
      default ->
          throw new IllegalArgumentException(
              event.getSchema().getName() + " is no event of the registry");
    };
  }

  /** Of a worker's registration. */
  public static byte[] worker(String id) {
    return text("worker/" + id);
  }

  /** Of a worker's readiness, which changes while its registration stands. */
  public static byte[] workerReady(String id) {
    return text("worker-ready/" + id);
  }

  /** Of a witness. */
  public static byte[] witness(String id) {
    return text("witness/" + id);
  }

  /** Of the coordinator. */
  public static byte[] coordinator(String id) {
    return text("coordinator/" + id);
  }

  /** Of a model. */
  public static byte[] model(Hash modelId) {
    return text("model/" + modelId.hex());
  }

  /** Of a calibration. */
  public static byte[] calibration(String calibrationId) {
    return text("calibration/" + calibrationId);
  }

  /** Of the parameters. */
  public static byte[] parameters() {
    return text("parameters");
  }

  /** Of the key that a party reads private mode with. */
  public static byte[] encryptionKey(String party) {
    return text("encryption/" + party);
  }

  private static byte[] text(String subject) {
    return subject.getBytes(StandardCharsets.UTF_8);
  }
}
