package io.verillm.deploy;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * Another model for a log that is founded, or another calibration of one that is registered, by the
 * coordinator's word. What is registered stays so for good; done again it changes nothing.
 */
public final class NewModel {
  private NewModel() {}

  /**
   * Registers what is not registered yet; it is when this returns. Cases take a new calibration
   * from their first challenge on, and open ones keep theirs.
   *
   * @param key the coordinator's
   * @return what was written, for people; nothing where all was there
   * @throws IllegalStateException if the log is another coordinator's, another model has this name
   *     here, or an id is registered with other values
   * @throws IllegalArgumentException if no opening of this model is a record
   * @throws org.apache.kafka.common.KafkaException if it was not written
   */
  public static List<String> register(
      FoundedLog log, KafkaAccess coordinator, Signer key, ServedModel model) {
    Catalogue catalogue = log.signedBy(key).catalogue();
    EventSigner signer = new EventSigner(Signers.COORDINATOR, key);
    List<SpecificRecord> events = new ArrayList<>();
    events.add(model.registration());
    model.calibration().ifPresent(calibration -> events.add(calibration.toEvent()));
    requireOwnName(log.registry(), model);
    RegistrySnapshot wanted = log.registry();
    List<SpecificRecord> missing = new ArrayList<>();
    for (SpecificRecord event : events) {
      RegistrySnapshot.Applied applied =
          wanted.apply(
              signer.sign(
                  catalogue.registry().name(),
                  0,
                  RegistrySubject.of(event),
                  EventCodec.encode(event)));
      applied
          .refused()
          .ifPresent(refused -> {
            throw new IllegalStateException(
                "%s counts for nothing here: %s %s"
                    .formatted(name(event), refused.fault(), refused.detail()));
          });
      if (!holds(wanted, event)) {
        missing.add(event);
      }
      wanted = applied.snapshot();
    }
    write(catalogue, coordinator, signer, missing);
    return missing.stream().map(NewModel::name).toList();
  }

  /** Requesters ask for models by name. */
  private static void requireOwnName(RegistrySnapshot registry, ServedModel model) {
    String name = model.manifest().name();
    registry
        .model(name)
        .filter(other -> !other.getModelId().equals(Wire.buffer(model.id())))
        .ifPresent(other -> {
          throw new IllegalStateException(
              "%s is another model here, %s; import this one under a name of its own"
                  .formatted(name, Wire.hash(other.getModelId()).hex()));
        });
  }

  private static void write(
      Catalogue catalogue,
      KafkaAccess coordinator,
      EventSigner signer,
      List<SpecificRecord> missing) {
    if (missing.isEmpty()) {
      return;
    }
    try (SignedProducer producer = SignedProducer.idempotent(coordinator, signer)) {
      missing.forEach(
          event -> producer.send(catalogue.registry(), RegistrySubject.of(event), event));
      producer.flush();
    }
    RegistrySnapshot now = FoundedLog.find(coordinator).orElseThrow().registry();
    missing.stream()
        .filter(event -> !holds(now, event))
        .findFirst()
        .ifPresent(event -> {
          throw new IllegalStateException(
              "somebody registered other values at the same time: %s is not these"
                  .formatted(name(event)));
        });
  }

  private static boolean holds(RegistrySnapshot registry, SpecificRecord event) {
    return switch (event) {
      case ModelRegistered model ->
          model.equals(registry.models().get(Wire.hash(model.getModelId())));
      case CalibrationPublished calibration ->
          calibration.equals(registry.calibrations().get(calibration.getCalibrationId()));
      default -> throw new IllegalArgumentException("not registered here: " + event.getSchema());
    };
  }

  private static String name(SpecificRecord event) {
    return switch (event) {
      case ModelRegistered model ->
          "model %s %s".formatted(model.getName(), Wire.hash(model.getModelId()).hex());
      case CalibrationPublished calibration -> "calibration " + calibration.getCalibrationId();
      default -> throw new IllegalArgumentException("not registered here: " + event.getSchema());
    };
  }
}
