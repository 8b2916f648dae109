package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.ModelRegistered;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FoundedLogTest {
  private final TreeMap<Hash, ModelRegistered> models = new TreeMap<>();
  private final TreeMap<String, CalibrationPublished> calibrations = new TreeMap<>();

  @Test
  void shouldOfferAModelOnlyAsItIsRegistered() {
    try (ServedModel model = ServedModel.of(BuiltInModel.load())) {
      refused(model, "not registered", model.id().hex());

      ModelRegistered registration = model.registration();
      models.put(model.id(), registration);
      assertThatCode(() -> require(model)).doesNotThrowAnyException();

      int other = registration.getEosId() + 1;
      models.put(model.id(), ModelRegistered.newBuilder(registration).setEosId(other).build());
      refused(model, "ends texts", Integer.toString(other));
    }
  }

  @Test
  void shouldTellOfACalibrationThatCountsForNothing() {
    try (ServedModel model = ServedModel.of(BuiltInModel.load())) {
      CalibrationFile own = model.calibration().orElseThrow();
      assertThat(log().unregisteredCalibration(model)).contains(own.calibrationId());

      calibrations.put(own.calibrationId(), own.toEvent());
      assertThat(log().unregisteredCalibration(model)).isEmpty();
    }
  }

  private void refused(ServedModel model, String... words) {
    assertThatThrownBy(() -> require(model))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(words);
  }

  private void require(ServedModel model) {
    log().requireRegistered(model.manifest().name(), model.id(), model.config().eosId());
  }

  private FoundedLog log() {
    RegistrySnapshot empty = RegistrySnapshot.empty();
    return new FoundedLog(
        new RegistrySnapshot(
            9,
            empty.coordinator(),
            empty.workers(),
            empty.witnesses(),
            models,
            calibrations,
            empty.parameters(),
            empty.encryptionKeys(),
            empty.pinned()));
  }
}
