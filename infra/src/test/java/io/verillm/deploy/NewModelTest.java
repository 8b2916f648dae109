package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.LocalBroker;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelManifest;
import io.verillm.models.ModelStore;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, because what counts is what its registry holds then. */
class NewModelTest {
  private static final Catalogue CATALOGUE = Catalogue.of(1);

  @Test
  void shouldRegisterOnARunningLogOnceWhatIsNewAndNothingThatChanges(@TempDir Path folder)
      throws Exception {
    try (BuiltInModel model = BuiltInModel.load();
        LocalBroker broker = LocalBroker.start(folder, 0)) {
      KafkaAccess access = KafkaAccess.open(broker.bootstrapServers());
      try (Admin admin = access.admin()) {
        new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.needed(List.of()));
      }
      ServedModel measured = ServedModel.of(model);
      CalibrationFile first = measured.calibration().orElseThrow();
      founding(with(measured, Optional.empty())).complete(access);

      assertThat(register(access, measured))
          .containsExactly("calibration " + first.calibrationId());
      assertThat(register(access, measured)).as("done again").isEmpty();
      CalibrationFile again = measuredAt(first, "2031-01-01T00:00:00Z");
      assertThat(register(access, with(measured, Optional.of(again))))
          .containsExactly("calibration " + again.calibrationId());
      assertThat(
              FoundedLog.find(access)
                  .orElseThrow()
                  .registry()
                  .calibration(measured.id(), first.authorProfile(), first.checkerProfile()))
          .as("the one measured last counts")
          .contains(again.toEvent());

      try (ServedModel onGpu =
          ServedModel.open(BuiltInModel.NAME, new ModelStore(folder), EngineDevice.CUDA)) {
        assertThatThrownBy(() -> register(access, onGpu))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("builtin is another model here, " + measured.id().hex());
        assertThat(register(access, named(onGpu, "builtin-gpu")))
            .containsExactly("model builtin-gpu " + onGpu.id().hex());
        assertThatThrownBy(() -> register(access, named(onGpu, "third-name")))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("counts for nothing here: MODEL_CHANGED");
      }
      assertThatThrownBy(() -> NewModel.register(log(access), access, keys(2).signer(), measured))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(keys(2).signer().publicKey().hex());
    }
  }

  private static List<String> register(KafkaAccess access, ServedModel model) {
    return NewModel.register(log(access), access, keys(1).signer(), model);
  }

  private static FoundedLog log(KafkaAccess access) {
    return FoundedLog.find(access).orElseThrow();
  }

  private static ServedModel with(ServedModel model, Optional<CalibrationFile> calibration) {
    return new ServedModel(model.manifest(), model.config(), model.tokenizer(), calibration);
  }

  private static ServedModel named(ServedModel model, String name) {
    ModelManifest own = model.manifest();
    ModelManifest other =
        new ModelManifest(
            name,
            own.modelId(),
            own.weightsHash(),
            own.tokenizerHash(),
            own.configHash(),
            own.profile());
    return new ServedModel(other, model.config(), model.tokenizer(), model.calibration());
  }

  private static CalibrationFile measuredAt(CalibrationFile file, String time) {
    return new CalibrationFile(
        file.model(),
        time,
        file.modelId(),
        file.authorProfile(),
        file.checkerProfile(),
        file.rows(),
        file.meanMargin(),
        file.maximumMargin(),
        file.clip(),
        file.band(),
        file.honestPairs(),
        file.origin(),
        file.rowCheats(),
        file.tokenCheats());
  }

  private static Founding founding(ServedModel model) {
    CoordinatorKeys witness = keys(9);
    return new Founding(
        CATALOGUE,
        keys(1),
        List.of(
            new RegisteredWitness("one", witness.signer().publicKey(), witness.vrf().publicKey())),
        List.of(model),
        List.of(Funds.first(Accounts.TREASURY, 1)),
        Parameters.standard());
  }

  private static CoordinatorKeys keys(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return new CoordinatorKeys(SigningKey.fromSeed(seed), VrfKey.fromSeed(seed), seed);
  }
}
