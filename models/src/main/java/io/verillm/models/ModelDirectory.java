package io.verillm.models;

import io.verillm.models.weights.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.function.Function;

/**
 * A model in Hugging Face layout: {@code config.json}, {@code model.safetensors}, {@code
 * tokenizer.json}, {@code tokenizer_config.json}, {@code generation_config.json}; a folder or part
 * of the class path.
 */
public final class ModelDirectory {

  /** Largest JSON file that is read into memory, in bytes. */
  static final int JSON_BYTES_MAX = 64 << 20;

  private static final String WEIGHTS = "model.safetensors";
  private static final String BUILT_IN = "builtin/";

  private interface Opener {
    InputStream open(String name) throws IOException;
  }

  private final String label;
  private final Opener opener;
  private final Function<String, Safetensors> weights;

  private ModelDirectory(String label, Opener opener, Function<String, Safetensors> weights) {
    this.label = label;
    this.opener = opener;
    this.weights = weights;
  }

  /** A folder; its files are read when asked for. */
  public static ModelDirectory of(Path folder) {
    return new ModelDirectory(
        folder.toString(),
        name -> Files.newInputStream(folder.resolve(name)),
        name -> openFile(folder.resolve(name)));
  }

  /** The model that the project trained itself, from the class path. */
  public static ModelDirectory builtIn() {
    Opener opener =
        name -> {
          InputStream in = ModelDirectory.class.getResourceAsStream(BUILT_IN + name);
          if (in == null) {
            throw new NoSuchFileException(BUILT_IN + name);
          }
          return in;
        };
    return new ModelDirectory("classpath:" + BUILT_IN, opener, name -> inMemory(opener, name));
  }

  /**
   * The sizes and constants in {@code config.json}.
   *
   * @throws InvalidModelException naming the file or the setting
   */
  public ModelConfig config() {
    return ModelConfig.parse(json("config.json"));
  }

  /**
   * The weights; close them after use.
   *
   * @throws InvalidModelException naming the file or the tensor
   */
  public Safetensors weights() {
    return weights.apply(WEIGHTS);
  }

  /**
   * A JSON file as it is on disk.
   *
   * @throws InvalidModelException if it is missing or larger than 64 MiB
   */
  public byte[] json(String name) {
    try (InputStream in = opener.open(name)) {
      byte[] bytes = in.readNBytes(JSON_BYTES_MAX + 1);
      if (bytes.length > JSON_BYTES_MAX) {
        throw new InvalidModelException(
            this + ": " + name + " is over " + JSON_BYTES_MAX + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** SHA-256 of the weights file. */
  byte[] weightsHash() {
    MessageDigest digest = Framing.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = opener.open(WEIGHTS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw unreadable(WEIGHTS, e);
    }
    return digest.digest();
  }

  private InvalidModelException unreadable(String name, IOException cause) {
    return new InvalidModelException(this + ": cannot read " + name + ": " + cause, cause);
  }

  private static Safetensors openFile(Path file) {
    try {
      return Safetensors.open(Files.newByteChannel(file));
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e, e);
    }
  }

  private static Safetensors inMemory(Opener opener, String name) {
    try (InputStream in = opener.open(name)) {
      return Safetensors.of(in.readAllBytes());
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + name + ": " + e, e);
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
