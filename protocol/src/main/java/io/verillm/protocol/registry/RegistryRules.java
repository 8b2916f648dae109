package io.verillm.protocol.registry;

import static io.verillm.protocol.registry.RegistryFault.BAD_ID;
import static io.verillm.protocol.registry.RegistryFault.CALIBRATION_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.INVALID_KEY;
import static io.verillm.protocol.registry.RegistryFault.INVALID_VALUE;
import static io.verillm.protocol.registry.RegistryFault.KEY_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.MODEL_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.OTHER_COORDINATOR;
import static io.verillm.protocol.registry.RegistryFault.SIGNER_NOT_ALLOWED;
import static io.verillm.protocol.registry.RegistryFault.STALE_PARAMETERS;
import static io.verillm.protocol.registry.RegistryFault.STALE_READY;
import static io.verillm.protocol.registry.RegistryFault.WRONG_EVENT;
import static io.verillm.protocol.registry.RegistryFault.WRONG_SUBJECT;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/** Which registry records count, and what they change. */
final class RegistryRules {
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");

  private final RegistrySnapshot registry;
  private final SignedRecord record;
  private final SpecificRecord event;
  private final KeySuite keys;

  private RegistryRules(
      RegistrySnapshot registry, SignedRecord record, SpecificRecord event, KeySuite keys) {
    this.registry = registry;
    this.record = record;
    this.event = event;
    this.keys = keys;
  }

  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  static boolean isEntry(SpecificRecord event) {
    return event instanceof WorkerRegistered
        || event instanceof WorkerReady
        || event instanceof WitnessRegistered
        || event instanceof CoordinatorRegistered
        || event instanceof ModelRegistered
        || event instanceof CalibrationPublished
        || event instanceof ParametersSet
        || event instanceof EncryptionKeyRegistered;
  }

  /** The key of a registered signer, otherwise that of the event where it registers its signer. */
  static Optional<VerifyKey> key(
      RegistrySnapshot registry, String signer, SpecificRecord event, KeySuite keys) {
    Optional<VerifyKey> known = registry.keyOf(signer);
    return known.isPresent()
        ? known
        : ownKey(event).flatMap(key -> keys.verifyKey(Wire.bytes(key)));
  }

  private static Optional<ByteBuffer> ownKey(SpecificRecord event) {
    return switch (event) {
      case WorkerRegistered worker -> Optional.of(worker.getKey());
      case WitnessRegistered witness -> Optional.of(witness.getKey());
      case CoordinatorRegistered coordinator -> Optional.of(coordinator.getKey());
      default -> Optional.empty();
    };
  }

  static RegistrySnapshot.Applied apply(
      RegistrySnapshot registry, SignedRecord record, SpecificRecord event, KeySuite keys) {
    return new RegistryRules(registry, record, event, keys).apply();
  }

  private RegistrySnapshot.Applied apply() {
    return switch (event) {
      case WorkerRegistered worker -> worker(worker);
      case WorkerReady ready -> ready(ready);
      case WitnessRegistered witness -> witness(witness);
      case CoordinatorRegistered coordinator -> coordinator(coordinator);
      case ModelRegistered model -> model(model);
      case CalibrationPublished calibration -> calibration(calibration);
      case ParametersSet parameters -> parameters(parameters);
      case EncryptionKeyRegistered key -> encryptionKey(key);
      default -> refused(WRONG_EVENT, event.getSchema().getName());
    };
  }

  private RegistrySnapshot.Applied worker(WorkerRegistered event) {
    String id = event.getWorker();
    if (!isId(id)) {
      return refused(BAD_ID, id);
    }
    if (!signedBy(Signers.worker(id))) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.worker(id))) {
      return refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = verifyKey(event.getKey());
    if (key.isEmpty()) {
      return refused(INVALID_KEY, id);
    }
    Optional<VrfPublicKey> vrfKey = vrfKey(event.getVrfKey());
    if (vrfKey.isEmpty() && event.getVrfKey().hasRemaining()) {
      return refused(INVALID_KEY, id);
    }
    RegisteredWorker known = registry.workers().get(id);
    if (known == null) {
      return counted(
          registry.with(RegisteredWorker.registered(id, event.getOperator(), key.get(), vrfKey)));
    }
    // Who registered without a VRF key may say it once.
    boolean changed =
        !known.key().equals(key.get())
            || !known.operator().equals(event.getOperator())
            || known.vrfKey().filter(k -> !vrfKey.equals(Optional.of(k))).isPresent();
    if (changed) {
      return refused(KEY_CHANGED, id);
    }
    return counted(
        known.vrfKey().isEmpty() && vrfKey.isPresent()
            ? registry.with(known.drawing(vrfKey.get()))
            : registry);
  }

  private RegistrySnapshot.Applied ready(WorkerReady event) {
    RegisteredWorker known = registry.workers().get(event.getWorker());
    if (known == null || !signedBy(Signers.worker(known.id()))) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.workerReady(known.id()))) {
      return refused(WRONG_SUBJECT, known.id());
    }
    if (event.getSequence() <= known.readySequence()) {
      return refused(
          STALE_READY,
          event.getSequence() + " where more than " + known.readySequence() + " is due");
    }
    Set<Hash> models = new HashSet<>();
    for (ByteBuffer model : event.getModelIds()) {
      if (model.remaining() != Hash.LENGTH) {
        return refused(BAD_ID, "a model id of " + model.remaining() + " bytes");
      }
      models.add(new Hash(Wire.bytes(model)));
    }
    return counted(
        registry.with(
            known.serving(event.getReady(), models, event.getProfile(), event.getSequence())));
  }

  private RegistrySnapshot.Applied witness(WitnessRegistered event) {
    String id = event.getWitness();
    if (!isId(id)) {
      return refused(BAD_ID, id);
    }
    if (!signedBy(Signers.witness(id))) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.witness(id))) {
      return refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = verifyKey(event.getKey());
    Optional<VrfPublicKey> vrfKey = vrfKey(event.getVrfKey());
    if (key.isEmpty() || vrfKey.isEmpty()) {
      return refused(INVALID_KEY, id);
    }
    RegisteredWitness witness = new RegisteredWitness(id, key.get(), vrfKey.get());
    RegisteredWitness known = registry.witnesses().get(id);
    return known == null || known.equals(witness)
        ? counted(registry.with(witness))
        : refused(KEY_CHANGED, id);
  }

  private RegistrySnapshot.Applied coordinator(CoordinatorRegistered event) {
    String id = event.getCoordinator();
    if (!isId(id) || event.getShards() < 1) {
      return refused(BAD_ID, id + " with " + event.getShards() + " shards");
    }
    Optional<List<RegisteredWitness>> witnesses = RegisteredCoordinator.named(event, keys);
    if (witnesses.isEmpty()) {
      return refused(
          INVALID_VALUE,
          "witnesses %s with %d keys"
              .formatted(event.getWitnesses(), event.getWitnessKeys().size()));
    }
    if (!signedBy(Signers.COORDINATOR)) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.coordinator(id))) {
      return refused(WRONG_SUBJECT, id);
    }
    Optional<VerifyKey> key = verifyKey(event.getKey());
    Optional<VrfPublicKey> vrfKey = vrfKey(event.getVrfKey());
    if (key.isEmpty() || vrfKey.isEmpty()) {
      return refused(INVALID_KEY, id);
    }
    RegisteredCoordinator coordinator =
        new RegisteredCoordinator(id, key.get(), vrfKey.get(), event.getShards(), witnesses.get());
    if (registry.pinned().filter(pin -> !pin.equals(key.get())).isPresent()) {
      return refused(OTHER_COORDINATOR, id + " has not the key that is trusted");
    }
    Optional<RegisteredCoordinator> known = registry.coordinator();
    if (known.isPresent() && !known.get().id().equals(id)) {
      return refused(OTHER_COORDINATOR, id);
    }
    return known.isEmpty() || known.get().equals(coordinator)
        ? counted(registry.with(coordinator))
        : refused(KEY_CHANGED, id);
  }

  private RegistrySnapshot.Applied model(ModelRegistered event) {
    if (!signedBy(Signers.COORDINATOR)) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (event.getModelId().remaining() != Hash.LENGTH) {
      return refused(BAD_ID, "a model id of " + event.getModelId().remaining() + " bytes");
    }
    Hash id = Wire.hash(event.getModelId());
    if (!about(RegistrySubject.model(id))) {
      return refused(WRONG_SUBJECT, id.hex());
    }
    ModelRegistered known = registry.models().get(id);
    return known == null || known.equals(event)
        ? valued(() -> RegistryValues.require(event), registry.with(id, event))
        : refused(MODEL_CHANGED, id.hex());
  }

  private RegistrySnapshot.Applied calibration(CalibrationPublished event) {
    String id = event.getCalibrationId();
    if (!signedBy(Signers.COORDINATOR)) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.calibration(id))) {
      return refused(WRONG_SUBJECT, id);
    }
    CalibrationPublished known = registry.calibrations().get(id);
    return known == null || known.equals(event)
        ? valued(() -> RegistryValues.require(event), registry.with(event))
        : refused(CALIBRATION_CHANGED, id);
  }

  private RegistrySnapshot.Applied parameters(ParametersSet event) {
    if (!signedBy(Signers.COORDINATOR)) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.parameters())) {
      return refused(WRONG_SUBJECT, "parameters");
    }
    Optional<ParametersSet> known = registry.parameters();
    boolean newer = known.isEmpty() || event.getVersion() > known.get().getVersion();
    return newer || known.get().equals(event)
        ? valued(() -> RegistryValues.require(event), registry.with(event))
        : refused(STALE_PARAMETERS, "version " + event.getVersion());
  }

  /** Who is registered may say once what it reads with. */
  private RegistrySnapshot.Applied encryptionKey(EncryptionKeyRegistered event) {
    String party = event.getParty();
    boolean reads = party.equals(Signers.COORDINATOR) || party.startsWith(Signers.worker(""));
    if (!reads || !signedBy(party)) {
      return refused(SIGNER_NOT_ALLOWED, record.signer());
    }
    if (!about(RegistrySubject.encryptionKey(party))) {
      return refused(WRONG_SUBJECT, party);
    }
    Optional<EncryptionKey> key = EncryptionKey.parse(Wire.bytes(event.getKey()));
    if (key.isEmpty()) {
      return refused(INVALID_KEY, party);
    }
    EncryptionKey known = registry.encryptionKeys().get(party);
    return known == null || known.equals(key.get())
        ? counted(registry.with(party, key.get()))
        : refused(KEY_CHANGED, party);
  }

  /** Counts an entry whose values deciding can compute with. */
  private RegistrySnapshot.Applied valued(Runnable check, RegistrySnapshot changed) {
    try {
      check.run();
      return counted(changed);
    } catch (IllegalArgumentException e) {
      return refused(INVALID_VALUE, String.valueOf(e.getMessage()));
    }
  }

  private boolean signedBy(String signer) {
    return record.signer().equals(signer);
  }

  private boolean about(byte[] subject) {
    return Arrays.equals(record.key(), subject);
  }

  private RegistrySnapshot.Applied counted(RegistrySnapshot changed) {
    return new RegistrySnapshot.Applied(changed, Optional.empty());
  }

  private RegistrySnapshot.Applied refused(RegistryFault fault, String detail) {
    return new RegistrySnapshot.Applied(
        registry, Optional.of(new RegistrySnapshot.Refused(fault, detail)));
  }

  private Optional<VerifyKey> verifyKey(ByteBuffer encoded) {
    return keys.verifyKey(Wire.bytes(encoded));
  }

  private Optional<VrfPublicKey> vrfKey(ByteBuffer encoded) {
    return keys.vrfKey(Wire.bytes(encoded));
  }
}
