package io.verillm.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.calibration.CalibrateModel;
import io.verillm.gpu.calibration.CalibratedModel;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.gpu.calibration.CalibrationPlan;
import io.verillm.gpu.calibration.CalibrationReport;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelManifest;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model calibrate}: measures honest pairs and cheats. */
@Command(
    name = "calibrate",
    description = "Measures honest pairs and cheats and writes the thresholds that follow.")
final class ModelCalibrateCommand implements Callable<Integer> {
  /** Pairs between two lines of progress. */
  private static final int PROGRESS_PAIRS = 10;

  private static final double MINUTE_NANOS = 60e9;

  private volatile long start;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();
  @Mixin private DeviceOption device = new DeviceOption();

  @Parameters(paramLabel = "NAME", description = "The built-in model or an imported one.")
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "The file to write (default: in the imported model's folder).")
  private @Nullable Path to;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "240",
      description = "Honest pairs (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(
      names = "--cheat-pairs",
      paramLabel = "N",
      defaultValue = "40",
      description = "Pairs of each cheat that sets limits (default: ${DEFAULT-VALUE}).")
  private int cheatPairs;

  @Option(
      names = "--with",
      paramLabel = "FILE",
      description = "Measure no limits, take those of this calibration; for --report.")
  private @Nullable Path with;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Judge other pairs by the limits, honest ones and every cheat; print what came out, and"
              + " write report.json, roc.csv and pictures of the curves. Every case goes to"
              + " cases.jsonl there: a report that was cut short, or with fewer pairs, goes on.")
  private @Nullable Path report;

  @Option(
      names = "--report-pairs",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Honest pairs of the report (default: ${DEFAULT-VALUE}).")
  private int reportPairs;

  @Option(
      names = "--report-cheat-pairs",
      paramLabel = "N",
      defaultValue = "100",
      description = "Pairs of each cheat of the report (default: ${DEFAULT-VALUE}).")
  private int reportCheatPairs;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also write the report's tables as a part of a Markdown file.")
  private @Nullable Path markdown;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Pairs computed at once (default: as many as processors).")
  private @Nullable Integer parallel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "2026",
      description = "Equal seeds give equal pairs (default: ${DEFAULT-VALUE}).")
  private long seed;

  ModelCalibrateCommand() {}

  @Override
  public Integer call() {
    return UntilInterrupted.call(this::calibrated);
  }

  private int calibrated() {
    try {
      if (with != null && report == null) {
        throw new IllegalArgumentException("--with takes limits for a report: give --report DIR");
      }
      CalibratedModel model =
          name.equals(BuiltInModel.NAME)
              ? CalibratedModel.builtIn()
              : CalibratedModel.of(models.store().open(name).intact());
      CalibrationPlan plan = CalibrationPlan.of(name).withPairs(pairs, cheatPairs).withSeed(seed);
      CalibrateModel calibrate =
          new CalibrateModel(
              model,
              report == null ? plan : plan.withReport(reportPairs, reportCheatPairs),
              device.device(),
              parallel == null ? Runtime.getRuntime().availableProcessors() : parallel,
              this::progress);
      CalibrationFile limits = with == null ? measured(calibrate) : given(model, with);
      if (report != null) {
        Files.createDirectories(report);
        start = System.nanoTime();
        write(calibrate.report(limits, report.resolve("cases.jsonl")), report);
      }
      return ExitCode.OK;
    } catch (InvalidModelException | EngineFailure | CalibrationMismatch e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.unreachable("cannot write the report: " + e.getMessage());
    }
  }

  private CalibrationFile measured(CalibrateModel calibrate) {
    if (to == null && name.equals(BuiltInModel.NAME)) {
      throw new IllegalArgumentException("the built-in model has its calibration: give --to FILE");
    }
    Path file = to == null ? models.store().open(name).calibration() : to;
    if (to == null && Files.exists(file)) {
      throw new IllegalArgumentException(
          "%s is there already: --to FILE writes another, or this one anew".formatted(file));
    }
    start = System.nanoTime();
    CalibrationFile limits = calibrate.measure();
    limits.write(file);
    spec.commandLine().getOut().println("calibration written to " + file);
    CalibrationPlan usual = CalibrationPlan.of(name);
    if (pairs < usual.tuning().honest() || cheatPairs < usual.tuning().cheat()) {
      System.err.println(
          "note: %d honest pairs and %d of each cheat set these limits; what is published should have"
                  .formatted(pairs, cheatPairs)
              + " %d and %d".formatted(usual.tuning().honest(), usual.tuning().cheat()));
    }
    return limits;
  }

  private CalibrationFile given(CalibratedModel model, Path file) {
    ModelManifest manifest = ModelManifest.of(name, model.directory(), device.device().profile());
    return CalibrationFile.read(file, new Hash(manifest.modelIdBytes()));
  }

  private void write(CalibrationReport result, Path folder) throws IOException {
    Files.writeString(
        folder.resolve("report.json"),
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(result)
            + "\n");
    new RocFiles(folder).write(result);
    BenchPage page =
        CalibrationPage.of(name, result, Machine.of(EngineOptions.on(device.device())));
    page.text().forEach(spec.commandLine().getOut()::println);
    if (markdown != null) {
      page.writeTo(markdown);
    }
  }

  private void progress(int done, int most) {
    if (done % PROGRESS_PAIRS == 0) {
      double minutes = (System.nanoTime() - start) / MINUTE_NANOS;
      System.err.println(
          String.format(
              Locale.ROOT,
              "%d of at most %d pairs in %.1f minutes, about %.1f more",
              done,
              most,
              minutes,
              minutes * (most - done) / done));
    }
  }
}
