package io.verillm.protocol.registry;

import static io.verillm.protocol.registry.RegistryFault.WRONG_EVENT;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/** Which registry records count, and what they change. */
final class RegistryRules {
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");

  private RegistryRules() {}

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
    RegistryEntry entry = new RegistryEntry(registry, record, keys);
    PartyRules parties = new PartyRules(entry);
    ValueRules values = new ValueRules(entry);
    return switch (event) {
      case WorkerRegistered worker -> parties.worker(worker);
      case WorkerReady ready -> parties.ready(ready);
      case WitnessRegistered witness -> parties.witness(witness);
      case CoordinatorRegistered coordinator -> parties.coordinator(coordinator);
      case EncryptionKeyRegistered key -> parties.encryptionKey(key);
      case ModelRegistered model -> values.model(model);
      case CalibrationPublished calibration -> values.calibration(calibration);
      case ParametersSet parameters -> values.parameters(parameters);
      default -> entry.refused(WRONG_EVENT, event.getSchema().getName());
    };
  }
}
