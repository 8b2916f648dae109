package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.MatrixProbe;
import io.verillm.models.onnx.MatrixChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures a {@link Roofline}, more than once: a machine has busy minutes. */
final class RoofBench {
  private final Roofline.Probe probe;
  private final EngineOptions options;
  private final List<Double> oneRow = new ArrayList<>();
  private final List<Double> manyRows = new ArrayList<>();
  private long matrixBytes;

  RoofBench(Roofline.Probe probe, EngineOptions options) {
    this.probe = probe;
    this.options = options;
  }

  /**
   * Measures.
   *
   * @param repeats of each product, after one that is not counted
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  void measure(int repeats) {
    MatrixChain chain = probe.chain();
    try (ScratchFolder folder = ScratchFolder.make("verillm-roof")) {
      Path graph = chain.write(folder.path());
      matrixBytes = Files.size(folder.path().resolve(graph.getFileName() + ".data"));
      try (MatrixProbe products = MatrixProbe.open(chain, graph, options)) {
        products.seconds(1);
        products.seconds(probe.rows());
        for (int i = 0; i < repeats; i++) {
          oneRow.add(products.seconds(1));
          manyRows.add(products.seconds(probe.rows()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the matrices of a roofline", e);
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
}
