package io.verillm.cli;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.bench.Soak;
import io.verillm.gpu.bench.SoakPlan;
import io.verillm.gpu.bench.SoakRun;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench soak}: whether an engine's memory stays flat. */
@Command(
    name = "soak",
    description =
        "Keeps an engine busy with written and read sequences and watches its memory; exits with 1"
            + " where native memory of the last quarter is above 1.1 times that of the second, or"
            + " above it by 16 MiB and by 1 KiB for each sequence that ended between them.")
final class BenchSoakCommand implements Callable<Integer> {
  private static final double MINUTE_SECONDS = 60;
  private static final double MIB = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();
  @Mixin private BatchOption engine = new BatchOption();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = BuiltInModel.NAME,
      description = "The built-in model or an imported one (default: ${DEFAULT-VALUE}).")
  private String model = BuiltInModel.NAME;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "8",
      description = "Sequences at once (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "15",
      description = "Times that memory is read (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Also write the table as this machine's part of a Markdown file.")
  private @Nullable Path to;

  BenchSoakCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try {
      SoakRun run = new Soak(plan(), models.store(), BenchSoakCommand::progress).run();
      BenchPage page = page(run);
      page.text().forEach(spec.commandLine().getOut()::println);
      if (to != null) {
        page.writeTo(to);
      }
      return run.isFlat() ? ExitCode.OK : ExitCode.BAD;
    } catch (InvalidModelException | EngineFailure | UncheckedIOException e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot write " + to + ": " + e.getMessage());
    }
  }

  private SoakPlan plan() {
    return new SoakPlan(
        model,
        Duration.ofMillis(Math.round(minutes * MINUTE_SECONDS * 1000)),
        samples,
        sequences,
        engine.options());
  }

  private static void progress(SoakRun.Sample sample) {
    System.err.println(
        "%.0f s, %.0f MiB, %d sequences"
            .formatted(sample.seconds(), sample.residentBytes() / MIB, sample.sequences()));
  }

  private static BenchPage page(SoakRun run) {
    SoakPlan plan = run.plan();
    Machine machine = run.machine();
    List<List<String>> rows = new ArrayList<>();
    for (SoakRun.Sample sample : run.samples()) {
      rows.add(
          List.of(
              number("%.1f", sample.seconds() / MINUTE_SECONDS),
              number("%.0f", sample.residentBytes() / MIB),
              number("%.0f", sample.heapBytes() / MIB),
              number("%.0f", sample.nativeBytes() / MIB),
              number("%,d", sample.sequences()),
              number("%,d", sample.given()),
              number("%.0f", sample.decoded() / sample.seconds()),
              number("%.0f", sample.read() / sample.seconds())));
    }
    return new BenchPage(
        "Soak, %s, batch %d, %s, %s, %d cores"
            .formatted(
                plan.model(),
                plan.options().batch(),
                machine.device(),
                machine.gpu().isEmpty() ? machine.processor() : machine.gpu(),
                machine.cores()),
        List.of(
            "Measured by `./verillm bench soak` on %s: %s; %s; %d sequences at once, of four one written and three read; %d threads, chunks of %d tokens."
                .formatted(
                    run.date(),
                    machine.system(),
                    machine.runtime(),
                    plan.sequences(),
                    machine.threads(),
                    machine.chunk())),
        List.of(
            new BenchPage.Table(
                "Memory of the process after a collection of garbage",
                List.of(
                    "minute",
                    "resident MiB",
                    "Java heap MiB",
                    "native MiB",
                    "sequences",
                    "given up",
                    "decoded/s",
                    "read/s"),
                rows,
                List.of(
                    "Highest native memory of the last quarter over that of the second: %s; for each sequence that ended between them %s bytes more. Flat is at most %s, and at most %s bytes or 16 MiB in all."
                        .formatted(
                            number("%.3f", run.growth()),
                            number("%.0f", run.bytesPerSequence()),
                            number("%.1f", SoakRun.GROWTH_MAX),
                            number("%.0f", SoakRun.SEQUENCE_BYTES_MAX))))));
  }

  private static String number(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }
}
