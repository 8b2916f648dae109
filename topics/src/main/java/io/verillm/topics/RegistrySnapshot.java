package io.verillm.topics;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the registry says up to an offset. Immutable; a pure function of the records in their order.
 *
 * <p>Workers, witnesses and the coordinator register themselves: the first valid registration of an
 * id fixes its keys, and what follows for that id must be signed with them. There is one
 * coordinator, the first that registers. Models, calibrations and parameters are the coordinator's.
 *
 * @param nextOffset offset behind the last record applied
 * @param coordinator the coordinator, once registered
 * @param workers by id
 * @param witnesses by id, which is their order in a beacon
 * @param models by model id
 * @param calibrations by calibration id
 * @param parameters the highest version so far
 */
public record RegistrySnapshot(
    long nextOffset,
    Optional<RegisteredCoordinator> coordinator,
    SortedMap<String, RegisteredWorker> workers,
    SortedMap<String, RegisteredWitness> witnesses,
    SortedMap<Hash, ModelRegistered> models,
    SortedMap<String, CalibrationPublished> calibrations,
    Optional<ParametersSet> parameters) {

  /** Copies the maps. */
  public RegistrySnapshot {
    workers = copy(workers);
    witnesses = copy(witnesses);
    models = copy(models);
    calibrations = copy(calibrations);
  }

  /**
   * What a record did.
   *
   * @param snapshot the registry after it; only the offset differs where it was refused
   * @param refused why it did not count, empty if it did
   */
  public record Applied(RegistrySnapshot snapshot, Optional<Reading.Refused> refused) {}

  /** The registry before its first record. */
  public static RegistrySnapshot empty() {
    return new RegistrySnapshot(
        0,
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty());
  }

  /** Applies one record of the registry. Bad bytes are refused with a reason, never thrown. */
  public Applied apply(SignedRecord record) {
    RegistrySnapshot next = at(record.offset() + 1);
    Reading reading =
        EventReader.read(
            RegistryRules.TOPIC, record, (signer, event) -> RegistryRules.key(this, signer, event));
    return switch (reading) {
      case Reading.Refused refused -> new Applied(next, Optional.of(refused));
      case Reading.Valid valid -> RegistryRules.apply(next, valid);
    };
  }

  /** The key behind a signer header; a requester's key is in its request, so empty here. */
  public Optional<VerifyKey> keyOf(String signer) {
    Optional<Role> role = Role.ofSigner(signer);
    if (role.isEmpty()) {
      return Optional.empty();
    }
    return switch (role.get()) {
      case COORDINATOR, SEALER, LEDGER -> coordinator.map(RegisteredCoordinator::key);
      case WORKER -> find(workers, signer, Signers.worker("")).map(RegisteredWorker::key);
      case WITNESS -> find(witnesses, signer, Signers.witness("")).map(RegisteredWitness::key);
      case REQUESTER, ANALYST, OPERATOR -> Optional.empty();
    };
  }

  /** The model of this name; the one with the lowest id where several have it. */
  public Optional<ModelRegistered> model(String name) {
    return models.values().stream().filter(model -> model.getName().equals(name)).findFirst();
  }

  private static <T> Optional<T> find(Map<String, T> map, String signer, String prefix) {
    return Optional.ofNullable(map.get(signer.substring(prefix.length())));
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> copy(SortedMap<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  private RegistrySnapshot at(long offset) {
    return new RegistrySnapshot(
        offset, coordinator, workers, witnesses, models, calibrations, parameters);
  }

  RegistrySnapshot with(RegisteredCoordinator registered) {
    return new RegistrySnapshot(
        nextOffset, Optional.of(registered), workers, witnesses, models, calibrations, parameters);
  }

  RegistrySnapshot with(RegisteredWorker worker) {
    return new RegistrySnapshot(
        nextOffset,
        coordinator,
        put(workers, worker.id(), worker),
        witnesses,
        models,
        calibrations,
        parameters);
  }

  RegistrySnapshot with(RegisteredWitness witness) {
    return new RegistrySnapshot(
        nextOffset,
        coordinator,
        workers,
        put(witnesses, witness.id(), witness),
        models,
        calibrations,
        parameters);
  }

  RegistrySnapshot with(Hash modelId, ModelRegistered model) {
    return new RegistrySnapshot(
        nextOffset,
        coordinator,
        workers,
        witnesses,
        put(models, modelId, model),
        calibrations,
        parameters);
  }

  RegistrySnapshot with(CalibrationPublished calibration) {
    return new RegistrySnapshot(
        nextOffset,
        coordinator,
        workers,
        witnesses,
        models,
        put(calibrations, calibration.getCalibrationId(), calibration),
        parameters);
  }

  RegistrySnapshot with(ParametersSet set) {
    return new RegistrySnapshot(
        nextOffset, coordinator, workers, witnesses, models, calibrations, Optional.of(set));
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> put(
      SortedMap<K, V> map, K key, V value) {
    SortedMap<K, V> changed = new TreeMap<>(map);
    changed.put(key, value);
    return changed;
  }
}
