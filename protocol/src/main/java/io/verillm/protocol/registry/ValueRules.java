package io.verillm.protocol.registry;

import static io.verillm.protocol.registry.RegistryFault.BAD_ID;
import static io.verillm.protocol.registry.RegistryFault.CALIBRATION_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.INVALID_VALUE;
import static io.verillm.protocol.registry.RegistryFault.MODEL_CHANGED;
import static io.verillm.protocol.registry.RegistryFault.SIGNER_NOT_ALLOWED;
import static io.verillm.protocol.registry.RegistryFault.STALE_PARAMETERS;
import static io.verillm.protocol.registry.RegistryFault.WRONG_SUBJECT;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.util.Optional;

/** Which models, calibrations and parameters of the coordinator count. */
final class ValueRules {
  private final RegistryEntry entry;

  ValueRules(RegistryEntry entry) {
    this.entry = entry;
  }

  RegistrySnapshot.Applied model(ModelRegistered event) {
    if (!entry.signedBy(Signers.COORDINATOR)) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (event.getModelId().remaining() != Hash.LENGTH) {
      return entry.refused(BAD_ID, "a model id of " + event.getModelId().remaining() + " bytes");
    }
    Hash id = Wire.hash(event.getModelId());
    if (!entry.about(RegistrySubject.model(id))) {
      return entry.refused(WRONG_SUBJECT, id.hex());
    }
    ModelRegistered known = entry.registry().models().get(id);
    return known == null || known.equals(event)
        ? valued(() -> RegistryValues.require(event), entry.registry().with(id, event))
        : entry.refused(MODEL_CHANGED, id.hex());
  }

  RegistrySnapshot.Applied calibration(CalibrationPublished event) {
    String id = event.getCalibrationId();
    if (!entry.signedBy(Signers.COORDINATOR)) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.calibration(id))) {
      return entry.refused(WRONG_SUBJECT, id);
    }
    CalibrationPublished known = entry.registry().calibrations().get(id);
    return known == null || known.equals(event)
        ? valued(() -> RegistryValues.require(event), entry.registry().with(event))
        : entry.refused(CALIBRATION_CHANGED, id);
  }

  RegistrySnapshot.Applied parameters(ParametersSet event) {
    if (!entry.signedBy(Signers.COORDINATOR)) {
      return entry.refused(SIGNER_NOT_ALLOWED, entry.record().signer());
    }
    if (!entry.about(RegistrySubject.parameters())) {
      return entry.refused(WRONG_SUBJECT, "parameters");
    }
    Optional<ParametersSet> known = entry.registry().parameters();
    boolean newer = known.isEmpty() || event.getVersion() > known.get().getVersion();
    return newer || known.get().equals(event)
        ? valued(() -> RegistryValues.require(event), entry.registry().with(event))
        : entry.refused(STALE_PARAMETERS, "version " + event.getVersion());
  }

  /** Counts an entry whose values deciding can compute with. */
  private RegistrySnapshot.Applied valued(Runnable check, RegistrySnapshot changed) {
    try {
      check.run();
      return entry.counted(changed);
    } catch (IllegalArgumentException e) {
      return entry.refused(INVALID_VALUE, String.valueOf(e.getMessage()));
    }
  }
}
