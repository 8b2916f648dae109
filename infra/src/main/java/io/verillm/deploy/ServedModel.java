package io.verillm.deploy;

import io.verillm.events.ModelRegistered;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.models.Boundary;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelManifest;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.Tokenizer;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A model that a deployment offers, without its weights: what the coordinator needs of it.
 *
 * @param manifest its id
 * @param config its sizes
 * @param tokenizer closed with this
 * @param calibration empty where it has none; verdicts then say that they are uncalibrated
 */
public record ServedModel(
    ModelManifest manifest,
    ModelConfig config,
    Tokenizer tokenizer,
    Optional<CalibrationFile> calibration)
    implements AutoCloseable {
  /** Price of one generated token in units; a token costs about a third of a check. */
  static final long PRICE_PER_TOKEN_UNITS = 40;

  /** A stored model's calibration in its folder. */
  private static final String CALIBRATION = "calibration.json";

  /** The built-in model, which closes the tokenizer too. */
  public static ServedModel of(BuiltInModel model) {
    return new ServedModel(
        model.manifest(),
        model.config(),
        model.tokenizer(),
        Optional.of(CalibrationFile.builtIn(id(model.manifest()))));
  }

  /**
   * The built-in model or one of a store.
   *
   * @throws io.verillm.models.InvalidModelException if there is none of this name, or it is damaged
   * @throws io.verillm.gpu.calibration.CalibrationMismatch if its calibration is another model's
   */
  public static ServedModel open(String name, ModelStore store) {
    if (name.equals(BuiltInModel.NAME)) {
      return of(BuiltInModel.load());
    }
    StoredModel model = store.open(name);
    Path file = calibration(model);
    return new ServedModel(
        model.manifest(),
        model.config(),
        Tokenizer.load(model.directory()),
        Files.exists(file)
            ? Optional.of(CalibrationFile.read(file, id(model.manifest())))
            : Optional.empty());
  }

  /** Where a stored model's calibration lies, if it has one. */
  public static Path calibration(StoredModel model) {
    return model.folder().resolve(CALIBRATION);
  }

  private static Hash id(ModelManifest manifest) {
    return new Hash(manifest.modelIdBytes());
  }

  /** Its id. */
  public Hash id() {
    return id(manifest);
  }

  ModelRegistered registration() {
    return new ModelRegistered(
        Wire.buffer(id()),
        manifest.name(),
        manifest.profile().id(),
        manifest.profile().rowType().name().toLowerCase(Locale.ROOT),
        config.boundaries().stream().map(Boundary::name).toList(),
        config.width(),
        config.vocabulary(),
        config.eosId(),
        config.positions(),
        PRICE_PER_TOKEN_UNITS);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
