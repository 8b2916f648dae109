package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.gpu.bench.BenchPlan;
import io.verillm.gpu.bench.EngineBench;
import io.verillm.gpu.bench.EngineCost;
import io.verillm.gpu.bench.Roofline;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.onnx.MatrixChain;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench engine}: what checking costs against generating, beside the machine's roofline. */
@Command(
    name = "engine",
    description =
        "Measures generating against checking, beside what this machine's runtime can do at best,"
            + " and what the protocol adds in time and public bytes.")
final class BenchEngineCommand implements Callable<Integer> {
  private static final int MINUTE_SECONDS = 60;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private ModelsOption models = new ModelsOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      description =
          "The built-in model, imported ones, or shapes of 'model random' whose weights are made"
              + " if missing (default: builtin,smollm2-135m, which takes 0.8 GB in --models; with"
              + " --quick builtin).")
  private @Nullable List<String> names;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      split = ",",
      description = "Tokens given (default: 32,256,1024; with --quick 32).")
  private @Nullable List<Integer> prompts;

  @Option(
      names = "--outputs",
      paramLabel = "N",
      split = ",",
      description = "Tokens generated (default: 128,512,1024; with --quick 32).")
  private @Nullable List<Integer> outputs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Sequences written at once at saturation; 1 measures none (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "Repeats of each measurement (default: 3; with --quick 2).")
  private @Nullable Integer repeats;

  @Option(
      names = "--budget",
      paramLabel = "MINUTES",
      defaultValue = "6",
      description =
          "Time for all lengths of all models; one that would take more than its model's part is"
              + " skipped (default: ${DEFAULT-VALUE}).")
  private double budget;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Most tokens fed at once (default: 128; on a GPU 2048).")
  private @Nullable Integer chunk;

  @Option(
      names = "--llama-cpp",
      paramLabel = "DIR",
      description =
          "Also compare with llama.cpp on the CPU: a folder with the npm package node-llama-cpp."
              + " Needs node, and room for the weights among the temporary files.")
  private @Nullable Path llamaCpp;

  @Option(names = "--quick", description = "One short length and small matrices: does it work?")
  private boolean quick;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Also write the tables as this machine's part of a Markdown file.")
  private @Nullable Path to;

  BenchEngineCommand() {}

  @Override
  public Integer call() {
    try {
      EngineCost cost =
          UntilInterrupted.call(
              new EngineBench(plan(), models.store(), line -> System.err.println(line))::run);
      PrintWriter out = spec.commandLine().getOut();
      BenchPage page = EngineCostPage.of(cost);
      if (output.json()) {
        out.println(JsonMapper.builder().build().writeValueAsString(cost));
      } else {
        page.text().forEach(out::println);
      }
      if (to != null) {
        page.writeTo(to);
      }
      return ExitCode.OK;
    } catch (InvalidModelException | EngineFailure e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("figures have a JSON form", e);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot write " + to + ": " + e.getMessage());
    }
  }

  private BenchPlan plan() {
    EngineDevice where = device.device();
    boolean cpu = where == EngineDevice.CPU;
    EngineOptions options =
        EngineOptions.on(where)
            .withThreads(threads.threads())
            .withChunk(chunk == null ? (cpu ? 128 : 2048) : chunk);
    return new BenchPlan(
        names == null
            ? (quick ? List.of(BuiltInModel.NAME) : List.of(BuiltInModel.NAME, "smollm2-135m"))
            : names,
        prompts == null ? (quick ? List.of(32) : List.of(32, 256, 1024)) : prompts,
        outputs == null ? (quick ? List.of(32) : List.of(128, 512, 1024)) : outputs,
        batch,
        repeats == null ? (quick ? 2 : 3) : repeats,
        Duration.ofSeconds(Math.round(budget * MINUTE_SECONDS)),
        quick ? new Roofline.Probe(new MatrixChain(2048, 4, 1), 128) : Roofline.Probe.of(where),
        options,
        Optional.ofNullable(llamaCpp));
  }
}
