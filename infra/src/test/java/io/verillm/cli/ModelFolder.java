package io.verillm.cli;

import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.weights.ElementType;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models in Hugging Face layout, to be imported. */
final class ModelFolder {
  private static final String WEIGHTS = "model.safetensors";

  private ModelFolder() {}

  /** The built-in model: its import has the same id. */
  static Path builtIn(Path folder) throws IOException {
    write(folder, ModelDirectory.builtIn().json("config.json"));
    try (InputStream weights = ModelDirectory.class.getResourceAsStream("builtin/" + WEIGHTS)) {
      Files.copy(weights, folder.resolve(WEIGHTS));
    }
    return folder;
  }

  /** Random weights under the built-in model's tokenizer. */
  static Path random(Path folder, String config) throws IOException {
    byte[] json = config.getBytes(StandardCharsets.UTF_8);
    write(folder, json);
    SafetensorsWriter.write(
        folder.resolve(WEIGHTS), new RandomWeights(ModelConfig.parse(json), 1), ElementType.BF16);
    return folder;
  }

  private static void write(Path folder, byte[] config) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("config.json"), config);
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.write(folder.resolve(file), ModelDirectory.builtIn().json(file));
    }
  }
}
