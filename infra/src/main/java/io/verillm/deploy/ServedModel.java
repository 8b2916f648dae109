package io.verillm.deploy;

import io.verillm.events.ModelRegistered;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.models.Boundary;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelManifest;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.Tokenizer;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import io.verillm.schemas.EventCodec;
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

  /** One random boundary and the final norm. */
  private static final int ROWS_AT_A_POSITION = 2;

  private static final int EVIDENCE_BYTES_AT_A_POSITION = 4;

  /** Two hashes for each of at most 32 levels. */
  private static final int PATH_BYTES_MAX = 2 * 32 * 32;

  /** Seals' fields, ids, names. */
  private static final int FIELDS_BYTES_MAX = 64 << 10;

  /** The built-in model on a CPU; closing it closes the tokenizer too. */
  public static ServedModel of(BuiltInModel model) {
    return new ServedModel(
        model.manifest(),
        model.config(),
        model.tokenizer(),
        Optional.of(CalibrationFile.builtIn(id(model.manifest()))));
  }

  /**
   * The built-in model or one of a store, as it is where workers run it: another device is another
   * model.
   *
   * @throws io.verillm.models.InvalidModelException if there is none of this name, or it is damaged
   * @throws io.verillm.gpu.calibration.CalibrationMismatch if its calibration is another model's
   */
  public static ServedModel open(String name, ModelStore store, EngineDevice device) {
    if (name.equals(BuiltInModel.NAME)) {
      ServedModel onCpu = of(BuiltInModel.load());
      return device == EngineDevice.CPU
          ? onCpu
          : new ServedModel(
              onCpu.manifest.under(device.profile()),
              onCpu.config,
              onCpu.tokenizer,
              Optional.empty());
    }
    StoredModel model = store.open(name);
    ModelManifest manifest = model.manifest().under(device.profile());
    Path file = model.calibration();
    return new ServedModel(
        manifest,
        model.config(),
        Tokenizer.load(model.directory()),
        Files.exists(file)
            ? Optional.of(CalibrationFile.read(file, id(manifest)))
            : Optional.empty());
  }

  private static Hash id(ModelManifest manifest) {
    return new Hash(manifest.modelIdBytes());
  }

  /** Its id. */
  public Hash id() {
    return id(manifest);
  }

  /** The same, offered for no longer traces than this. */
  public ServedModel within(int positionsMax) {
    return new ServedModel(manifest, config.within(positionsMax), tokenizer, calibration);
  }

  /**
   * As it is registered.
   *
   * @throws IllegalArgumentException if its largest opening would be larger than a record, or its
   *     longest trace could not be kept
   */
  ModelRegistered registration() {
    long opening = largestOpeningBytes();
    if (opening > EventCodec.EVENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "model %s: an opening of up to %d bytes is no record, which has at most %d"
              .formatted(manifest.name(), opening, EventCodec.EVENT_BYTES_MAX));
    }
    int longest = EvidenceStore.positionsMax(shape());
    if (config.positions() > longest) {
      throw new IllegalArgumentException(
          "model %s: a trace of %d positions cannot be kept; register it with at most --positions %d"
              .formatted(manifest.name(), config.positions(), longest));
    }
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

  private TraceShape shape() {
    return new TraceShape(
        id(),
        new NumericProfile(
            manifest.profile().id(), RowType.valueOf(manifest.profile().rowType().name())),
        config.boundaries().size(),
        config.width());
  }

  /** Rows of a challenge's positions with their paths, and the evidence of every position. */
  long largestOpeningBytes() {
    long row = (long) config.width() * manifest.profile().rowType().bytes() + PATH_BYTES_MAX;
    return PositionDraw.POSITIONS_AT_ONCE_MAX * ROWS_AT_A_POSITION * row
        + (long) EVIDENCE_BYTES_AT_A_POSITION * (config.positions() + 1)
        + FIELDS_BYTES_MAX;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
