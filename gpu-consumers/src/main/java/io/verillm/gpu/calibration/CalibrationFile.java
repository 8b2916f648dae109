package io.verillm.gpu.calibration;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.RowLimits;
import io.verillm.gpu.bench.Machine;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.VoteRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A measured calibration as a file.
 *
 * @param model its name, first part of the calibration's id
 * @param measured when, in seconds of UTC such as {@code 2026-11-23T02:14:05Z}
 * @param modelId the model, 64 hexadecimal digits
 * @param authorProfile profile of the authors measured
 * @param checkerProfile profile of the checkers measured
 * @param rows limits of each boundary, the final norm last
 * @param meanMargin limits of the mean clipped token margin, in 2^-24 logit
 * @param maximumMargin limits of the largest token margin, in 2^-16 logit
 * @param clip largest value of a margin in the mean, in 2^-16 logit
 * @param band noise at the candidates' edge, in 2^-16 logit
 * @param honestPairs honest pairs measured
 * @param origin what else was measured, and where
 * @param rowCheats cheats behind the limits of rows
 * @param tokenCheats cheats behind the limits of tokens
 */
public record CalibrationFile(
    String model,
    String measured,
    String modelId,
    String authorProfile,
    String checkerProfile,
    List<RowLimit> rows,
    Limits meanMargin,
    Limits maximumMargin,
    int clip,
    int band,
    int honestPairs,
    Origin origin,
    List<String> rowCheats,
    List<String> tokenCheats) {
  private static final int ID_DIGITS = 8;
  private static final String BUILT_IN = "builtin-v1.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Limits of one boundary.
   *
   * @param boundary its name
   * @param limits in representable numbers
   */
  public record RowLimit(String boundary, Limits limits) {}

  /**
   * How it was measured; only for people.
   *
   * @param cheatPairs pairs measured of each cheat
   * @param seed of all draws
   * @param tokensMax longest text
   * @param longEvery one honest pair in so many has a long context
   * @param prompts texts that pairs begin with, each in one of the two sets
   * @param settings of honest authors and checkers
   * @param machine with its runtime
   */
  public record Origin(
      int cheatPairs,
      long seed,
      int tokensMax,
      int longEvery,
      List<String> prompts,
      List<String> settings,
      Machine machine) {
    /** Copies the lists. */
    public Origin {
      prompts = List.copyOf(prompts);
      settings = List.copyOf(settings);
    }
  }

  /** Copies the lists. */
  public CalibrationFile {
    rows = List.copyOf(rows);
    rowCheats = List.copyOf(rowCheats);
    tokenCheats = List.copyOf(tokenCheats);
    Objects.requireNonNull(origin);
    Instant.parse(measured);
  }

  /**
   * The model's name, when it was measured and the first digits of a hash of all else that {@link
   * #toEvent} tells: of two calibrations of a model the one measured later has the greater id.
   */
  public String calibrationId() {
    HashInput content =
        HashInput.of("calibration").add(modelId).add(authorProfile).add(checkerProfile);
    rows.forEach(row -> content.add(row.boundary()).add(row.limits().ok()).add(row.limits().bad()));
    Hash hash =
        content
            .add(meanMargin.ok())
            .add(meanMargin.bad())
            .add(maximumMargin.ok())
            .add(maximumMargin.bad())
            .add(clip)
            .add(band)
            .add(honestPairs)
            .hash();
    return model + "-" + measured.replaceAll("\\D", "") + "-" + hash.hex().substring(0, ID_DIGITS);
  }

  /**
   * The built-in model's calibration.
   *
   * @param modelId the id of the model that will be run
   * @throws CalibrationMismatch if the file is missing, unreadable or another model's
   */
  public static CalibrationFile builtIn(Hash modelId) {
    try (InputStream in = CalibrationFile.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new CalibrationMismatch("no calibration " + BUILT_IN + " on the class path");
      }
      return read(in.readAllBytes(), BUILT_IN).requireModel(modelId);
    } catch (IOException e) {
      throw new CalibrationMismatch("cannot read " + BUILT_IN + ": " + e.getMessage());
    }
  }

  /**
   * Reads a file.
   *
   * @throws CalibrationMismatch if it is missing, unreadable or another model's
   */
  public static CalibrationFile read(Path file, Hash modelId) {
    try {
      return read(Files.readAllBytes(file), file.toString()).requireModel(modelId);
    } catch (IOException e) {
      throw new CalibrationMismatch("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static CalibrationFile read(byte[] json, String name) {
    try {
      return JSON.readValue(json, CalibrationFile.class);
    } catch (IOException | IllegalArgumentException | DateTimeException | NullPointerException e) {
      throw new CalibrationMismatch(name + " is no calibration: " + e.getMessage());
    }
  }

  /** Writes the file. */
  public void write(Path file) {
    try {
      Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private CalibrationFile requireModel(Hash wanted) {
    if (!modelId.equals(wanted.hex())) {
      throw new CalibrationMismatch(
          "calibration %s is for model %s, not for %s; run the calibration again"
              .formatted(calibrationId(), modelId, wanted.hex()));
    }
    return this;
  }

  /** As it is published in the registry. */
  public CalibrationPublished toEvent() {
    return new CalibrationPublished(
        calibrationId(),
        Wire.buffer(Hash.fromHex(modelId)),
        authorProfile,
        checkerProfile,
        rows.stream()
            .map(row -> new RowLimits(row.boundary(), row.limits().ok(), row.limits().bad()))
            .toList(),
        Math.toIntExact(meanMargin.ok()),
        Math.toIntExact(meanMargin.bad()),
        Math.toIntExact(maximumMargin.ok()),
        Math.toIntExact(maximumMargin.bad()),
        clip,
        band,
        honestPairs);
  }

  /** As the tests take it. */
  public Calibration toCalibration() {
    return VoteRule.calibration(toEvent());
  }
}
