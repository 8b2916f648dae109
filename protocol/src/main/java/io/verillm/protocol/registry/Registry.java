package io.verillm.protocol.registry;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fold of registry records in their order. Workers, witnesses and the coordinator sign their
 * own entries; the first key of an id stays. Models, calibrations and parameters are the
 * coordinator's. Not safe for use by several threads.
 */
public final class Registry {
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");

  private final SortedMap<String, RegisteredWorker> workers = new TreeMap<>();
  private final SortedMap<String, RegisteredWitness> witnesses = new TreeMap<>();
  private final SortedMap<Hash, ModelRegistered> models = new TreeMap<>();
  private final SortedMap<String, CalibrationPublished> calibrations = new TreeMap<>();
  private @Nullable CoordinatorRegistered coordinator;
  private @Nullable ParametersSet parameters;

  /** Applies one record of the registry topic; a fault changes nothing. */
  public Optional<RegistryFault> apply(SignedRecord record) {
    try {
      SpecificRecord event = EventCodec.decode(record.value());
      return Optional.ofNullable(apply(record, event));
    } catch (UndecodableEvent e) {
      return Optional.of(RegistryFault.UNDECODABLE);
    } catch (IllegalArgumentException e) {
      return Optional.of(RegistryFault.BAD_VALUE);
    }
  }

  private @Nullable RegistryFault apply(SignedRecord record, SpecificRecord event) {
    return switch (event) {
      case WorkerRegistered w -> register(record, w);
      case WitnessRegistered w -> register(record, w);
      case CoordinatorRegistered c -> register(record, c);
      case WorkerReady r -> ready(record, r);
      case ModelRegistered m ->
          fromCoordinator(record, () -> models.put(Wire.hash(m.getModelId()), m));
      case CalibrationPublished c ->
          fromCoordinator(record, () -> calibrations.put(c.getCalibrationId(), c));
      case ParametersSet p -> fromCoordinator(record, () -> parameters = p);
      default -> RegistryFault.WRONG_TOPIC;
    };
  }

  private @Nullable RegistryFault fromCoordinator(SignedRecord record, Runnable change) {
    RegistryFault fault = fault(record, Signers.COORDINATOR);
    if (fault == null) {
      change.run();
    }
    return fault;
  }

  private @Nullable RegistryFault register(SignedRecord record, WorkerRegistered w) {
    VerifyKey key = VerifyKey.of(Wire.bytes(w.getKey()));
    RegistryFault fault = selfSigned(record, Signers.worker(w.getWorker()), w.getWorker(), key);
    RegisteredWorker known = workers.get(w.getWorker());
    if (fault == null && known != null) {
      boolean same = known.key().equals(key) && known.operator().equals(w.getOperator());
      return same ? null : RegistryFault.KEY_CHANGED;
    }
    if (fault == null) {
      workers.put(
          w.getWorker(),
          new RegisteredWorker(w.getWorker(), w.getOperator(), key, false, Set.of(), ""));
    }
    return fault;
  }

  private @Nullable RegistryFault register(SignedRecord record, WitnessRegistered w) {
    VerifyKey key = VerifyKey.of(Wire.bytes(w.getKey()));
    VrfPublicKey vrfKey = VrfPublicKey.of(Wire.bytes(w.getVrfKey()));
    RegistryFault fault = selfSigned(record, Signers.witness(w.getWitness()), w.getWitness(), key);
    RegisteredWitness entry = new RegisteredWitness(w.getWitness(), key, vrfKey);
    if (fault == null) {
      RegisteredWitness known = witnesses.putIfAbsent(w.getWitness(), entry);
      return known == null || known.equals(entry) ? null : RegistryFault.KEY_CHANGED;
    }
    return fault;
  }

  private @Nullable RegistryFault register(SignedRecord record, CoordinatorRegistered c) {
    VerifyKey key = VerifyKey.of(Wire.bytes(c.getKey()));
    VrfPublicKey.of(Wire.bytes(c.getVrfKey()));
    RegistryFault fault = selfSigned(record, Signers.COORDINATOR, c.getCoordinator(), key);
    if (fault == null && coordinator != null) {
      return coordinator.equals(c) ? null : RegistryFault.KEY_CHANGED;
    }
    if (fault == null) {
      coordinator = c;
    }
    return fault;
  }

  private @Nullable RegistryFault ready(SignedRecord record, WorkerReady r) {
    RegistryFault fault = fault(record, Signers.worker(r.getWorker()));
    if (fault != null) {
      return fault;
    }
    RegisteredWorker known = workers.get(r.getWorker());
    Set<Hash> served = new HashSet<>();
    r.getModelIds().forEach(id -> served.add(Wire.hash(id)));
    workers.put(
        known.id(),
        new RegisteredWorker(
            known.id(), known.operator(), known.key(), r.getReady(), served, r.getProfile()));
    return null;
  }

  private static @Nullable RegistryFault selfSigned(
      SignedRecord record, String signer, String id, VerifyKey key) {
    if (!ID.matcher(id).matches()) {
      return RegistryFault.BAD_ID;
    }
    if (!record.signer().equals(signer)) {
      return RegistryFault.WRONG_SIGNER;
    }
    return EventVerifier.fault(record, Optional.of(key)).map(Registry::asFault).orElse(null);
  }

  private @Nullable RegistryFault fault(SignedRecord record, String signer) {
    if (!record.signer().equals(signer) && !record.signer().isEmpty()) {
      return RegistryFault.WRONG_SIGNER;
    }
    return EventVerifier.fault(record, keyOf(record.signer())).map(Registry::asFault).orElse(null);
  }

  private static RegistryFault asFault(EventVerifier.Fault fault) {
    return switch (fault) {
      case NO_SIGNATURE -> RegistryFault.NO_SIGNATURE;
      case UNKNOWN_SIGNER -> RegistryFault.UNKNOWN_SIGNER;
      case WRONG_SIGNATURE -> RegistryFault.WRONG_SIGNATURE;
    };
  }

  /**
   * The key that verifies a signer header's events; empty for unknown signers and for requesters.
   */
  public Optional<VerifyKey> keyOf(String signer) {
    if (signer.startsWith("worker:")) {
      return Optional.ofNullable(workers.get(signer.substring("worker:".length())))
          .map(RegisteredWorker::key);
    }
    if (signer.startsWith("witness:")) {
      return Optional.ofNullable(witnesses.get(signer.substring("witness:".length())))
          .map(RegisteredWitness::key);
    }
    return switch (signer) {
      case Signers.COORDINATOR, Signers.SEALER, Signers.LEDGER ->
          coordinator().map(c -> VerifyKey.of(Wire.bytes(c.getKey())));
      default -> Optional.empty();
    };
  }

  /** Workers by id, ascending. */
  public SortedMap<String, RegisteredWorker> workers() {
    return Collections.unmodifiableSortedMap(workers);
  }

  /** Witnesses by id, ascending. */
  public SortedMap<String, RegisteredWitness> witnesses() {
    return Collections.unmodifiableSortedMap(witnesses);
  }

  /** Models by id, ascending. */
  public SortedMap<Hash, ModelRegistered> models() {
    return Collections.unmodifiableSortedMap(models);
  }

  public Optional<CoordinatorRegistered> coordinator() {
    return Optional.ofNullable(coordinator);
  }

  /** The coordinator's VRF key. */
  public Optional<VrfPublicKey> coordinatorVrfKey() {
    return coordinator().map(c -> VrfPublicKey.of(Wire.bytes(c.getVrfKey())));
  }

  public Optional<ParametersSet> parameters() {
    return Optional.ofNullable(parameters);
  }

  /** The latest calibration, by id, for a model and a pair of profiles. */
  public Optional<CalibrationPublished> calibration(
      Hash modelId, String authorProfile, String checkerProfile) {
    return calibrations.values().stream()
        .filter(c -> Wire.hash(c.getModelId()).equals(modelId))
        .filter(c -> c.getAuthorProfile().equals(authorProfile))
        .filter(c -> c.getCheckerProfile().equals(checkerProfile))
        .reduce((first, second) -> second);
  }
}
