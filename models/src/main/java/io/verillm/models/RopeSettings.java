package io.verillm.models;

import java.util.Set;

/** Reads how positions turn queries and keys. */
final class RopeSettings {

  private static final Set<String> KNOWN =
      Set.of(
          "factor",
          "high_freq_factor",
          "low_freq_factor",
          "original_max_position_embeddings",
          "partial_rotary_factor",
          "rope_theta",
          "rope_type",
          "type");

  private RopeSettings() {}

  /**
   * From a model's settings.
   *
   * @throws InvalidModelException naming the setting that is wrong, or not known here
   */
  static Rope of(Settings model) {
    // Newer files keep the base and its scaling in one object.
    String name = model.absent("rope_parameters") ? "rope_scaling" : "rope_parameters";
    double theta = model.real("rope_theta", 10_000);
    if (model.absent(name)) {
      return Rope.plain(theta);
    }
    Settings.require(
        model.tree().path(name).isObject(), name + " is not an object", model.tree().path(name));
    Settings rope = new Settings(model.tree().path(name));
    rope.requireKnown(KNOWN);
    return new Rope(rope.real("rope_theta", theta), scaling(rope));
  }

  private static Rope.Scaling scaling(Settings rope) {
    String type = rope.tree().path("rope_type").asText(rope.tree().path("type").asText("default"));
    return switch (type) {
      case "default" -> new Rope.Unscaled();
      case "linear" -> new Rope.Linear(rope.real("factor", 0));
      case "llama3" ->
          new Rope.Llama3(
              rope.real("factor", 0),
              rope.real("low_freq_factor", 0),
              rope.real("high_freq_factor", 0),
              rope.integer("original_max_position_embeddings"));
      default ->
          throw new InvalidModelException(
              "config.json: rope_scaling of type %s; known are default, linear, llama3"
                  .formatted(type));
    };
  }
}
