package io.verillm.models.onnx;

import static io.verillm.models.onnx.GraphBuilder.axes;
import static io.verillm.models.onnx.GraphBuilder.integer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.verillm.models.weights.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * A graph that does nothing but multiply rows by large square matrices, one after the other: with
 * one row it shows a machine's memory bandwidth, with many its arithmetic, both through the runtime
 * that models run on. Input {@code rows} float [R, size], output {@code mean} float [1, 1].
 *
 * @param size rows and columns of a matrix
 * @param matrices different matrices; all of them should be far larger than any cache
 * @param rounds how often the chain runs through them
 */
public record MatrixChain(int size, int matrices, int rounds) {

  /** Name of the input. */
  public static final String ROWS = "rows";

  /** Name of the output. */
  public static final String MEAN = "mean";

  private static final String DATA_FILE = "chain.onnx.data";

  /** Refuses an empty chain. */
  public MatrixChain {
    if (size < 1 || matrices < 1 || rounds < 1) {
      throw new IllegalArgumentException(
          "no chain of %d rounds over %d matrices of %d".formatted(rounds, matrices, size));
    }
  }

  /** Bytes of weights that one run reads. */
  public long bytes() {
    return (long) Float.BYTES * size * size * matrices * rounds;
  }

  /** Additions and multiplications of one run. */
  public long operations(int rows) {
    return 2L * rows * size * size * matrices * rounds;
  }

  /**
   * Writes the graph and, beside it, its weights.
   *
   * @param folder exists
   * @return the graph's file
   * @throws IOException if a file cannot be written
   */
  public Path write(Path folder) throws IOException {
    try (FileChannel data =
        FileChannel.open(
            folder.resolve(DATA_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return Files.write(folder.resolve("chain.onnx"), build(new ExternalWeights(data, DATA_FILE)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private byte[] build(WeightSink sink) {
    GraphBuilder graph = new GraphBuilder(sink);
    graph.input(ROWS, TensorProto.DataType.FLOAT, "count", size);
    graph.output(MEAN, 1, 1);
    SplittableRandom random = new SplittableRandom(size);
    String[] weights = new String[matrices];
    for (int i = 0; i < matrices; i++) {
      weights[i] = graph.tensor("matrix." + i, matrix(random));
    }
    String rows = ROWS;
    for (int i = 0; i < matrices * rounds; i++) {
      rows = graph.node("MatMul", rows, weights[i % matrices]);
    }
    AttributeProto[] whole = {axes(0, 1), integer("keepdims", 1)};
    graph.published(graph.node("ReduceMean", whole, rows), MEAN);
    return graph.build();
  }

  /** Scaled so that rows keep their size: numbers that die out or overflow may run slower. */
  private Tensor matrix(SplittableRandom random) {
    float[] values = new float[Math.multiplyExact(size, size)];
    float spread = (float) Math.sqrt(12.0 / size);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt() * 0x1p-32f * spread;
    }
    return new Tensor(new int[] {size, size}, values);
  }
}
