package io.verillm.models.onnx;

import java.util.List;

/** Which sequences one run of a graph can hold. */
public enum GraphForm {
  /** Sequences that feed equally many tokens each: one in a prefill, or several in a step. */
  EVEN("model.onnx", List.of("")),
  /**
   * Two such groups: several in a step, and a prefill that rides along. Costs some more nodes for
   * each layer.
   */
  MIXED("model.mixed.onnx", List.of("", "ride."));

  private final String file;
  private final List<String> groups;

  GraphForm(String file, List<String> groups) {
    this.file = file;
    this.groups = groups;
  }

  /** The graph's file in an imported model's folder. */
  public String file() {
    return file;
  }

  /** How the names of each group's inputs and outputs begin. */
  public List<String> groups() {
    return groups;
  }
}
