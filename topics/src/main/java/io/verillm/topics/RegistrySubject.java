package io.verillm.topics;

import io.verillm.protocol.crypto.Hash;

/** Keys of the registry: one subject for each thing that is registered. */
public final class RegistrySubject {
  private RegistrySubject() {}

  /** Of a worker's registration. */
  public static byte[] worker(String id) {
    return RecordKeys.text("worker/" + id);
  }

  /** Of a worker's readiness, which changes while its registration stands. */
  public static byte[] workerReady(String id) {
    return RecordKeys.text("worker-ready/" + id);
  }

  /** Of a witness. */
  public static byte[] witness(String id) {
    return RecordKeys.text("witness/" + id);
  }

  /** Of the coordinator. */
  public static byte[] coordinator(String id) {
    return RecordKeys.text("coordinator/" + id);
  }

  /** Of a model. */
  public static byte[] model(Hash modelId) {
    return RecordKeys.text("model/" + modelId.hex());
  }

  /** Of a calibration. */
  public static byte[] calibration(String calibrationId) {
    return RecordKeys.text("calibration/" + calibrationId);
  }

  /** Of the parameters. */
  public static byte[] parameters() {
    return RecordKeys.text("parameters");
  }
}
