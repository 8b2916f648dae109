package io.verillm.protocol.registry;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.RegistryUpdate;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the registry says up to an offset. Immutable; a pure function of the records in their order.
 *
 * <p>Workers, witnesses and the coordinator register themselves: the first valid registration of an
 * id fixes its keys, and what follows for that id must be signed with them. There is one
 * coordinator, the first that registers; the witnesses that it names have the keys that it names.
 * Models, calibrations and parameters are the coordinator's.
 *
 * @param nextOffset offset behind the last record applied
 * @param coordinator the coordinator, once registered
 * @param workers by id
 * @param witnesses by id, which is their order in a beacon
 * @param models by model id
 * @param calibrations by calibration id
 * @param parameters the highest version so far
 * @param encryptionKeys keys of private mode, by the signer name of who reads with them
 * @param pinned the only key that a coordinator may register with; empty where the first counts
 */
public record RegistrySnapshot(
    long nextOffset,
    Optional<RegisteredCoordinator> coordinator,
    SortedMap<String, RegisteredWorker> workers,
    SortedMap<String, RegisteredWitness> witnesses,
    SortedMap<Hash, ModelRegistered> models,
    SortedMap<String, CalibrationPublished> calibrations,
    Optional<ParametersSet> parameters,
    SortedMap<String, EncryptionKey> encryptionKeys,
    Optional<VerifyKey> pinned) {

  /** Copies the maps. */
  public RegistrySnapshot {
    workers = copy(workers);
    witnesses = copy(witnesses);
    models = copy(models);
    calibrations = copy(calibrations);
    encryptionKeys = copy(encryptionKeys);
  }

  /**
   * Why a record did not count.
   *
   * @param fault the named reason
   * @param detail for people: what was found
   */
  public record Refused(RegistryFault fault, String detail) {}

  /**
   * What a record did.
   *
   * @param snapshot the registry after it; only the offset differs where it was refused
   * @param refused why it did not count, empty if it did
   */
  public record Applied(RegistrySnapshot snapshot, Optional<Refused> refused) {}

  /** The registry before its first record, for who believes the first coordinator on it. */
  public static RegistrySnapshot empty() {
    return before(Optional.empty());
  }

  /** The registry before its first record, for who was given the coordinator's key. */
  public static RegistrySnapshot trusting(VerifyKey coordinator) {
    return before(Optional.of(coordinator));
  }

  private static RegistrySnapshot before(Optional<VerifyKey> pinned) {
    return new RegistrySnapshot(
        0,
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty(),
        new TreeMap<>(),
        pinned);
  }

  /** The registry record that a copy on a spine stands for. */
  public static SignedRecord original(String registryTopic, RegistryUpdate copy) {
    return new SignedRecord(
        registryTopic,
        0,
        copy.getOffset(),
        Wire.bytes(copy.getKey()),
        Wire.bytes(copy.getValue()),
        copy.getSigner(),
        Wire.bytes(copy.getSignature()));
  }

  /** Applies one record of the registry. Bad bytes are refused with a reason, never thrown. */
  public Applied apply(SignedRecord record) {
    return apply(record, KeySuite.STANDARD);
  }

  /** As {@link #apply(SignedRecord)}, for registrations with keys of this kind. */
  public Applied apply(SignedRecord record, KeySuite keys) {
    RegistrySnapshot next = at(record.offset() + 1);
    if (record.signer().isEmpty() || record.signature().length == 0) {
      return next.refused(RegistryFault.NO_SIGNATURE, "a header is missing");
    }
    if (!mayRegister(record.signer())) {
      return next.refused(RegistryFault.SIGNER_NOT_ALLOWED, record.signer());
    }
    try {
      return next.apply(record, EventCodec.decode(record.value()), keys);
    } catch (UndecodableEvent e) {
      return next.refused(RegistryFault.UNDECODABLE, String.valueOf(e.getMessage()));
    }
  }

  private Applied apply(SignedRecord record, SpecificRecord event, KeySuite keys) {
    if (!RegistryRules.isEntry(event)) {
      return refused(RegistryFault.WRONG_EVENT, event.getSchema().getName());
    }
    return EventVerifier.fault(record, RegistryRules.key(this, record.signer(), event, keys))
        .map(fault -> refused(RegistryFault.of(fault), record.signer()))
        .orElseGet(() -> RegistryRules.apply(this, record, event, keys));
  }

  private static boolean mayRegister(String signer) {
    return signer.equals(Signers.COORDINATOR)
        || signer.startsWith(Signers.worker(""))
        || signer.startsWith(Signers.witness(""));
  }

  private Applied refused(RegistryFault fault, String detail) {
    return new Applied(this, Optional.of(new Refused(fault, detail)));
  }

  /**
   * The witnesses that the coordinator names, by id. Whoever else registers as a witness closes no
   * epoch and holds none up.
   */
  public SortedMap<String, RegisteredWitness> sealWitnesses() {
    SortedMap<String, RegisteredWitness> named = new TreeMap<>();
    coordinator
        .map(RegisteredCoordinator::witnesses)
        .orElse(List.of())
        .forEach(witness -> named.put(witness.id(), witness));
    return named;
  }

  /** The VRF keys of {@link #sealWitnesses}, by id. */
  public SortedMap<String, VrfPublicKey> sealVrfKeys() {
    SortedMap<String, VrfPublicKey> keys = new TreeMap<>();
    sealWitnesses().forEach((id, witness) -> keys.put(id, witness.vrfKey()));
    return keys;
  }

  /** The key behind a signer header; a requester's key is in its request, so empty here. */
  public Optional<VerifyKey> keyOf(String signer) {
    if (signer.startsWith(Signers.worker(""))) {
      return find(workers, signer, Signers.worker("")).map(RegisteredWorker::key);
    }
    if (signer.startsWith(Signers.witness(""))) {
      return find(witnesses, signer, Signers.witness("")).map(RegisteredWitness::key);
    }
    return switch (signer) {
      case Signers.COORDINATOR, Signers.SEALER, Signers.LEDGER ->
          coordinator.map(RegisteredCoordinator::key);
      default -> Optional.empty();
    };
  }

  /** The latest calibration, by id, that fits a model and a pair of profiles. */
  public Optional<CalibrationPublished> calibration(
      Hash modelId, String authorProfile, String checkerProfile) {
    return calibrations.values().stream()
        .filter(c -> c.getModelId().equals(Wire.buffer(modelId)))
        .filter(c -> isFor(models.get(modelId), c))
        .filter(c -> c.getAuthorProfile().equals(authorProfile))
        .filter(c -> c.getCheckerProfile().equals(checkerProfile))
        .reduce((first, second) -> second);
  }

  private static boolean isFor(@Nullable ModelRegistered model, CalibrationPublished calibration) {
    return model != null && model.getBoundaries().size() == calibration.getRows().size();
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
    return edited(edit -> edit.nextOffset = offset);
  }

  /** With the coordinator and its witnesses, whoever may have taken their ids before. */
  RegistrySnapshot with(RegisteredCoordinator registered) {
    return edited(edit -> {
      edit.coordinator = Optional.of(registered);
      registered.witnesses().forEach(witness -> edit.witnesses.put(witness.id(), witness));
    });
  }

  RegistrySnapshot with(RegisteredWorker worker) {
    return edited(edit -> edit.workers.put(worker.id(), worker));
  }

  RegistrySnapshot with(RegisteredWitness witness) {
    return edited(edit -> edit.witnesses.put(witness.id(), witness));
  }

  RegistrySnapshot with(Hash modelId, ModelRegistered model) {
    return edited(edit -> edit.models.put(modelId, model));
  }

  RegistrySnapshot with(CalibrationPublished calibration) {
    return edited(edit -> edit.calibrations.put(calibration.getCalibrationId(), calibration));
  }

  RegistrySnapshot with(ParametersSet set) {
    return edited(edit -> edit.parameters = Optional.of(set));
  }

  RegistrySnapshot with(String party, EncryptionKey key) {
    return edited(edit -> edit.encryptionKeys.put(party, key));
  }

  private RegistrySnapshot edited(Consumer<RegistryEdit> change) {
    RegistryEdit edit = new RegistryEdit(this);
    change.accept(edit);
    return edit.done();
  }
}
