package io.verillm.protocol.registry;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.envelope.EncryptionKey;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A snapshot being changed. */
final class RegistryEdit {
  long nextOffset;
  Optional<RegisteredCoordinator> coordinator;
  final SortedMap<String, RegisteredWorker> workers;
  final SortedMap<String, RegisteredWitness> witnesses;
  final SortedMap<Hash, ModelRegistered> models;
  final SortedMap<String, CalibrationPublished> calibrations;
  Optional<ParametersSet> parameters;
  final SortedMap<String, EncryptionKey> encryptionKeys;
  private final Optional<VerifyKey> pinned;

  RegistryEdit(RegistrySnapshot from) {
    nextOffset = from.nextOffset();
    coordinator = from.coordinator();
    workers = new TreeMap<>(from.workers());
    witnesses = new TreeMap<>(from.witnesses());
    models = new TreeMap<>(from.models());
    calibrations = new TreeMap<>(from.calibrations());
    parameters = from.parameters();
    encryptionKeys = new TreeMap<>(from.encryptionKeys());
    pinned = from.pinned();
  }

  RegistrySnapshot done() {
    return new RegistrySnapshot(
        nextOffset,
        coordinator,
        workers,
        witnesses,
        models,
        calibrations,
        parameters,
        encryptionKeys,
        pinned);
  }
}
