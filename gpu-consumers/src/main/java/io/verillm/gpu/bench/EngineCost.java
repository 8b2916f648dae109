package io.verillm.gpu.bench;

import java.util.List;

/**
 * A whole run of the benchmark.
 *
 * @param date day of the run, ISO 8601
 * @param machine where
 * @param repeats of each measurement; a spread is their median, smallest and largest
 * @param budgetMinutes time that the cells had
 * @param roofline what this machine's runtime can do
 * @param models one for each model
 */
public record EngineCost(
    String date,
    Machine machine,
    int repeats,
    double budgetMinutes,
    Roofline roofline,
    List<ModelCost> models) {

  /** Copies the list. */
  public EngineCost {
    models = List.copyOf(models);
  }
}
