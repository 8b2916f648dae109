package io.verillm.gpu.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.verillm.models.onnx.MatrixChain;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Times a {@link MatrixChain} on the runtime, device and threads that engines get. */
public final class MatrixProbe implements AutoCloseable {
  private static final double SECOND_NANOS = 1e9;

  private final MatrixChain chain;
  private final Model model;

  private MatrixProbe(MatrixChain chain, Model model) {
    this.chain = chain;
    this.model = model;
  }

  /**
   * Loads a chain.
   *
   * @param graph where it was written
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static MatrixProbe open(MatrixChain chain, Path graph, EngineOptions options) {
    Model model = OnnxRuntime.engine().newModel("matrices", Device.cpu());
    try (SessionOptions session = OnnxRuntime.session(options)) {
      model.load(
          graph.toAbsolutePath().getParent(),
          graph.getFileName().toString(),
          Map.of("sessionOptions", session));
      return new MatrixProbe(chain, model);
    } catch (IOException | OrtException | MalformedModelException | EngineException e) {
      model.close();
      throw new EngineFailure(
          "cannot load a matrix product on %s: %s".formatted(options.device().label(), e), e);
    }
  }

  /**
   * Runs the chain once.
   *
   * @param rows at least one
   * @return seconds inside the runtime
   * @throws EngineFailure if the runtime fails, or this thread was told to stop
   */
  public double seconds(int rows) {
    if (Thread.currentThread().isInterrupted()) {
      throw new EngineFailure("interrupted before a product of " + rows + " rows");
    }
    float[] values = new float[Math.multiplyExact(rows, chain.size())];
    Arrays.fill(values, 1);
    try (NDManager run = model.getNDManager().newSubManager()) {
      NDArray input = run.create(FloatBuffer.wrap(values), new Shape(rows, chain.size()));
      input.setName(MatrixChain.ROWS);
      long start = System.nanoTime();
      NDList output =
          model.getBlock().forward(new ParameterStore(run, false), new NDList(input), false);
      long end = System.nanoTime();
      requireFinite(output.singletonOrThrow().toFloatArray()[0]);
      return (end - start) / SECOND_NANOS;
    } catch (EngineException e) {
      throw new EngineFailure("the runtime failed a product of " + rows + " rows", e);
    }
  }

  private static void requireFinite(float mean) {
    if (!Float.isFinite(mean)) {
      throw new EngineFailure("a matrix product gave " + mean);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
