package io.verillm.gpu.bench;

import com.sun.management.OperatingSystemMXBean;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where and how something was measured.
 *
 * @param processor its model, as the system names it
 * @param cores processors that this program may use
 * @param memoryBytes of the machine
 * @param gpu its name, or empty where the device is no GPU
 * @param system operating system and Java
 * @param runtime with its version
 * @param device of the engine
 * @param precision of weights and rows
 * @param threads inside one operator
 * @param chunk most tokens fed at once
 */
public record Machine(
    String processor,
    int cores,
    long memoryBytes,
    String gpu,
    String system,
    String runtime,
    String device,
    String precision,
    int threads,
    int chunk) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL_NAME = "model name";

  /** This machine with these options. */
  public static Machine of(EngineOptions options) {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize(),
        options.device() == EngineDevice.CPU ? "" : gpuName(),
        "%s, Java %s".formatted(System.getProperty("os.name"), Runtime.version()),
        "ONNX Runtime " + Engines.runtimeVersion(),
        options.device().label(),
        "fp32",
        options.threads(),
        options.chunk());
  }

  private static String processorName() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith(MODEL_NAME))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }

  private static String gpuName() {
    try {
      Process query =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=name,memory.total,driver_version",
                  "--format=csv,noheader")
              .start();
      String answer = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(answer.strip()).filter(name -> !name.isEmpty()).orElse("unknown GPU");
    } catch (IOException noSuchProgram) {
      return "unknown GPU";
    }
  }
}
