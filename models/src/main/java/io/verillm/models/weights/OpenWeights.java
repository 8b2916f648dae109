package io.verillm.models.weights;

import java.io.IOException;

/** Weights that hold files open. */
public interface OpenWeights extends Weights, AutoCloseable {

  @Override
  void close() throws IOException;
}
