package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.MatrixProbe;
import io.verillm.models.ScratchFolder;
import io.verillm.models.onnx.MatrixChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures a {@link Roofline} again and again: a machine has busy minutes. */
final class RoofBench implements AutoCloseable {
  private final Roofline.Probe probe;
  private final MatrixProbe products;
  private final long matrixBytes;
  private final List<Double> oneRow = new ArrayList<>();
  private final List<Double> manyRows = new ArrayList<>();

  private RoofBench(Roofline.Probe probe, MatrixProbe products, long matrixBytes) {
    this.probe = probe;
    this.products = products;
    this.matrixBytes = matrixBytes;
  }

  /**
   * Loads the matrices, which stay in memory until this is closed.
   *
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  static RoofBench open(Roofline.Probe probe, EngineOptions options) {
    MatrixChain chain = probe.chain();
    try (ScratchFolder folder = ScratchFolder.make("verillm-roof-")) {
      Path graph = chain.write(folder.path());
      return new RoofBench(
          probe,
          MatrixProbe.open(chain, graph, options),
          Files.size(folder.path().resolve(graph.getFileName() + ".data")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the matrices of a roofline", e);
    }
  }

  /**
   * Measures.
   *
   * @param repeats of each product, after one that is not counted
   */
  void measure(int repeats) {
    products.seconds(1);
    products.seconds(probe.rows());
    for (int i = 0; i < repeats; i++) {
      oneRow.add(products.seconds(1));
      manyRows.add(products.seconds(probe.rows()));
    }
  }

  /** Over all that was measured so far. */
  Roofline roof() {
    MatrixChain chain = probe.chain();
    return new Roofline(
        Spread.of(oneRow, seconds -> chain.bytes() / seconds),
        Spread.of(manyRows, seconds -> chain.operations(probe.rows()) / seconds),
        matrixBytes);
  }

  @Override
  public void close() {
    products.close();
  }
}
