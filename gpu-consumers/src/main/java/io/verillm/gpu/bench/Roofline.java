package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.MatrixProbe;
import io.verillm.models.onnx.MatrixChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.DoubleStream;

/**
 * What the runtime gets out of this machine at best, by products with large matrices.
 *
 * @param bytesPerSecond read from memory, by products with one row
 * @param operationsPerSecond by products with many rows
 * @param matrixBytes size of all matrices, which no cache should hold
 */
public record Roofline(Spread bytesPerSecond, Spread operationsPerSecond, long matrixBytes) {

  /**
   * The sizes of a measurement.
   *
   * @param chain the matrices
   * @param rows of the products that show the arithmetic
   */
  public record Probe(MatrixChain chain, int rows) {

    /** 512 MiB of matrices; a GPU runs through them so often that starting it does not count. */
    public static Probe of(EngineDevice device) {
      return device == EngineDevice.CPU
          ? new Probe(new MatrixChain(4096, 8, 1), 256)
          : new Probe(new MatrixChain(4096, 8, 16), 2048);
    }
  }

  /**
   * Measures.
   *
   * @param repeats of each product, after one that is not counted
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  static Roofline measure(Probe probe, EngineOptions options, int repeats) {
    MatrixChain chain = probe.chain();
    try (ScratchFolder folder = ScratchFolder.make("verillm-roof")) {
      Path graph = chain.write(folder.path());
      try (MatrixProbe products = MatrixProbe.open(chain, graph, options)) {
        double[] one = seconds(products, 1, repeats);
        double[] many = seconds(products, probe.rows(), repeats);
        return new Roofline(
            Spread.of(DoubleStream.of(one).map(s -> chain.bytes() / s).toArray()),
            Spread.of(DoubleStream.of(many).map(s -> chain.operations(probe.rows()) / s).toArray()),
            Files.size(folder.path().resolve(graph.getFileName() + ".data")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the matrices of a roofline", e);
    }
  }

  private static double[] seconds(MatrixProbe products, int rows, int repeats) {
    products.seconds(rows);
    return DoubleStream.generate(() -> products.seconds(rows)).limit(repeats).toArray();
  }

  /** Seconds that this work takes at least. */
  double seconds(Work work) {
    return Math.max(
        work.bytes() / bytesPerSecond.median(), work.operations() / operationsPerSecond.median());
  }
}
