package io.verillm.models;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in the network whose rows are committed to (protocol, section 5).
 *
 * @param index position in the boundary set, from 0
 * @param name {@code block8} for the output of the eighth block, {@code norm} for the final norm's
 */
public record Boundary(int index, String name) {

  private static final int STRIDE = 8;

  /** Every eighth block's output, the last block's, the final norm's, in this order. */
  public static List<Boundary> setOf(int layers) {
    if (layers < 1) {
      throw new IllegalArgumentException("a decoder has at least one layer, not " + layers);
    }
    List<Boundary> boundaries = new ArrayList<>();
    for (int block = 1; block <= layers; block++) {
      if (block % STRIDE == 0 || block == layers) {
        boundaries.add(new Boundary(boundaries.size(), "block" + block));
      }
    }
    boundaries.add(new Boundary(boundaries.size(), "norm"));
    return List.copyOf(boundaries);
  }

  /** The graph output that holds its rows, float [batch, S, width]. */
  public String output() {
    return "boundary." + index;
  }
}
