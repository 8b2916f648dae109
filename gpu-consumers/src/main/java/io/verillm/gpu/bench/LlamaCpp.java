package io.verillm.gpu.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * llama.cpp on the CPU, as the npm package node-llama-cpp ships it, in a process of its own.
 *
 * @param folder where the package was installed
 */
record LlamaCpp(Path folder) {
  private static final String PACKAGE = "node-llama-cpp";
  private static final String SCRIPT = "llama-cpp.mjs";

  private Path library() {
    return folder.toAbsolutePath().resolve("node_modules").resolve(PACKAGE);
  }

  /** What is missing to run it here. */
  Optional<String> missing() {
    if (!Files.isDirectory(library())) {
      return Optional.of(
          "no %s in %s; npm install --prefix %s %s".formatted(PACKAGE, folder, folder, PACKAGE));
    }
    try {
      new ProcessBuilder("node", "--version").start().destroy();
      return Optional.empty();
    } catch (IOException noSuchProgram) {
      return Optional.of("there is no program node");
    }
  }

  /**
   * What it said.
   *
   * @param version of llama.cpp
   * @param runs each a prefill and a greedy decode
   */
  record Answer(String version, List<Run> runs) {}

  /**
   * One repeat.
   *
   * @param prefill seconds for all tokens of the prompt but the last
   * @param decode seconds for the last one and the output
   * @param tokens of the output
   */
  record Run(double prefill, double decode, List<Integer> tokens) {}

  /**
   * Runs a model, once more than counted.
   *
   * @param file the model; its folder is written to
   * @throws IOException with its last words if it fails
   * @throws EngineFailure if this thread is interrupted
   */
  Answer run(Path file, int[] prompt, int output, int repeats, EngineOptions options)
      throws IOException {
    ObjectNode request = new JsonMapper().createObjectNode();
    request.put("file", file.toString()).put("output", output).put("repeats", repeats);
    request.put("threads", options.threads()).put("chunk", options.chunk());
    for (int token : prompt) {
      request.withArray("prompt").add(token);
    }
    request.put("library", library().resolve("dist").resolve("index.js").toString());
    Path script = file.resolveSibling(SCRIPT);
    try (InputStream in = LlamaCpp.class.getResourceAsStream(SCRIPT)) {
      Files.copy(Objects.requireNonNull(in, SCRIPT), script);
    }
    Path out = file.resolveSibling("out.txt");
    Path err = file.resolveSibling("err.txt");
    Process node =
        new ProcessBuilder("node", script.toString(), request.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (node.waitFor() != 0) {
        throw new IOException(Files.readString(err).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while llama.cpp ran", e);
    } finally {
      node.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    return new JsonMapper().readValue(lines.getLast(), Answer.class);
  }
}
