package io.verillm.models;

/**
 * The small model that comes with the project, trained by its own code on public-domain text.
 *
 * @param directory its files, on the class path
 * @param config its sizes
 * @param tokenizer its tokenizer, closed with this
 * @param manifest its id under the profile of ONNX Runtime on a CPU
 */
public record BuiltInModel(
    ModelDirectory directory, ModelConfig config, Tokenizer tokenizer, ModelManifest manifest)
    implements AutoCloseable {

  /** The name under which requests ask for it. */
  public static final String NAME = "builtin";

  /**
   * Loads everything but the weights.
   *
   * @throws InvalidModelException if the class path holds no such model, or a damaged one
   */
  public static BuiltInModel load() {
    ModelDirectory directory = ModelDirectory.builtIn();
    return new BuiltInModel(
        directory,
        directory.config(),
        Tokenizer.load(directory),
        ModelManifest.of(NAME, directory, NumericProfile.ONNXRUNTIME_CPU_FP32));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
