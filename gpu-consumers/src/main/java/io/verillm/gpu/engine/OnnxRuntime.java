package io.verillm.gpu.engine;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import org.jspecify.annotations.Nullable;

/** The runtime's one start in this process. */
final class OnnxRuntime {
  static final String NAME = "OnnxRuntime";

  private static final int GPU = 0;
  private static final String TF32 = "NVIDIA_TF32_OVERRIDE";

  /**
   * At its start the library searches the process's command line with a recursive matcher: a class
   * path of some thousand characters overflows a thread's usual stack of 1 MiB and ends the process
   * without a word.
   */
  private static final long START_STACK_BYTES = 256L << 20;

  static {
    // The engine's only download and its only call home; a worker makes neither.
    presetProperty("ai.djl.offline", "true");
    presetProperty("OPT_OUT_TRACKING", "true");
    start();
  }

  private OnnxRuntime() {}

  /** DJL's engine, started. */
  static Engine engine() {
    return Engine.getEngine(NAME);
  }

  /** The library's own version; DJL's engine tells the one that it was built with. */
  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  /**
   * How a model runs on a device. An operator that the device's provider lacks runs on the CPU; a
   * provider that is not there is an error.
   *
   * @throws OrtException naming what is missing
   */
  static SessionOptions session(EngineOptions options) throws OrtException {
    SessionOptions session = new SessionOptions();
    try {
      session.setIntraOpNumThreads(options.threads());
      session.setInterOpNumThreads(1);
      session.setOptimizationLevel(options.optimisation().level());
      if (options.device() == EngineDevice.TENSORRT) {
        requireFullPrecision();
        session.addTensorrt(GPU);
      }
      if (options.device() != EngineDevice.CPU) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(GPU)) {
          // Ten bits of mantissa would not be the fp32 that the profile says.
          cuda.add("use_tf32", "0");
          session.addCUDA(cuda);
        }
      }
      return session;
    } catch (OrtException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** The provider has no option for it: only the environment turns TF32 off in its libraries. */
  private static void requireFullPrecision() {
    if (!"0".equals(System.getenv(TF32))) {
      throw new EngineFailure(
          "tensorrt computes in TF32, which is not the fp32 of its profile, unless the environment"
              + " says %s=0".formatted(TF32));
    }
  }

  private static void presetProperty(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  private static void start() {
    Starter starter = new Starter();
    Thread thread = new Thread(null, starter, "onnxruntime-start", START_STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while starting ONNX Runtime", e);
    }
    if (starter.failure != null) {
      throw new EngineFailure("ONNX Runtime does not start: " + starter.failure, starter.failure);
    }
  }

  /** A class of its own: the starting thread must not wait for this class, which waits for it. */
  private static final class Starter implements Runnable {
    private volatile @Nullable Throwable failure;

    @Override
    public void run() {
      try {
        Engine.getEngine(NAME);
        OrtEnvironment.getEnvironment().setTelemetry(false);
      } catch (OrtException | RuntimeException | LinkageError e) {
        failure = e;
      }
    }
  }
}
