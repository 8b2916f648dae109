package io.verillm.gpu.bench;

import java.util.List;

/**
 * What one model cost.
 *
 * @param model its name
 * @param parameters number of weights
 * @param layers number of blocks
 * @param width elements of a row
 * @param boundaries rows of a position
 * @param positionLimit longest context
 * @param cells that were measured one sequence at a time
 * @param saturated the same with several sequences in each run
 * @param skipped that were not, and why
 * @param protocol what the protocol adds to a generation
 * @param publicBytes what one request leaves on public topics
 * @param comparisons with llama.cpp, one or none
 * @param notCompared why there is none, or empty
 */
public record ModelCost(
    String model,
    long parameters,
    int layers,
    int width,
    int boundaries,
    int positionLimit,
    List<Cell> cells,
    List<SaturatedCell> saturated,
    List<Skipped> skipped,
    ProtocolCost protocol,
    PublicBytes publicBytes,
    List<Comparison> comparisons,
    String notCompared) {

  /** Copies the lists. */
  public ModelCost {
    cells = List.copyOf(cells);
    saturated = List.copyOf(saturated);
    skipped = List.copyOf(skipped);
    comparisons = List.copyOf(comparisons);
  }

  ModelCost with(List<SaturatedCell> saturated, List<Skipped> skipped) {
    return new ModelCost(
        model,
        parameters,
        layers,
        width,
        boundaries,
        positionLimit,
        cells,
        saturated,
        skipped,
        protocol,
        publicBytes,
        comparisons,
        notCompared);
  }

  /**
   * A cell that was not measured.
   *
   * @param prompt tokens given
   * @param output tokens generated
   * @param reason for people
   */
  public record Skipped(int prompt, int output, String reason) {}
}
