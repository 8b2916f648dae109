package io.verillm.models;

import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.ElementType;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.SafetensorsWriter;
import io.verillm.models.weights.Variant;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Puts a model into a store: checks it whole, copies its files, and builds its graph beside them.
 * Everything is made in a folder of its own that takes the model's name when it is complete, so a
 * failure leaves nothing. At most a few tensors are in memory at a time.
 */
public final class ModelImport {

  /** Held while a model is imported, one at a time. */
  private static final String LOCK = ".lock";

  private static final String PART = ".part-";

  private static final long COPIED_AT_ONCE = 16 << 20;

  private final ModelStore store;

  /**
   * @param store where to
   */
  public ModelImport(ModelStore store) {
    this.store = store;
  }

  /**
   * Imports a Hugging Face directory.
   *
   * @param variant what the graph's weights are changed into; the id is the same, which is what
   *     makes it a cheat, and the manifest names it
   * @throws InvalidModelException naming the file, setting or tensor that is wrong
   * @throws IOException if the store cannot be written
   */
  public StoredModel run(Path source, String name, Variant variant) throws IOException {
    return build(
        name,
        staging -> {
          ModelDirectory directory = ModelDirectory.of(source);
          for (String file : files(directory)) {
            copy(source.resolve(file), staging.resolve(file));
          }
        },
        variant);
  }

  /**
   * Makes a model of a published shape with random weights (bf16) and the built-in tokenizer.
   *
   * @throws IOException if the store cannot be written
   */
  public StoredModel random(RandomShape shape, long seed, String name) throws IOException {
    return build(name, staging -> fill(shape, seed, staging), Variant.FP32);
  }

  /**
   * Writes such a model as a Hugging Face directory only, all of it or nothing.
   *
   * @param folder is not there yet, or empty
   * @throws FileAlreadyExistsException if something lies there
   * @throws IOException if it cannot be written
   */
  public static void writeRandom(RandomShape shape, long seed, Path folder) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target) && !(Files.isDirectory(target) && isEmpty(target))) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createDirectories(target.getParent());
    Path staging = staging(target.getParent(), target.getFileName().toString());
    try {
      fill(shape, seed, staging);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(staging);
    }
  }

  /** A new folder; unlike a temporary one, it may be read by whom the umask allows. */
  private static Path staging(Path parent, String name) throws IOException {
    return Files.createDirectory(parent.resolve("." + name + PART + UUID.randomUUID()));
  }

  /** What killed imports left; those that run hold the lock. */
  private static void removeParts(Path root, String name) throws IOException {
    List<Path> parts;
    try (Stream<Path> entries = Files.list(root)) {
      parts =
          entries
              .filter(path -> path.getFileName().toString().startsWith("." + name + PART))
              .toList();
    }
    for (Path part : parts) {
      delete(part);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void fill(RandomShape shape, long seed, Path folder) throws IOException {
    byte[] config = shape.configJson();
    Files.write(folder.resolve(ModelDirectory.CONFIG), config);
    ModelDirectory builtIn = ModelDirectory.builtIn();
    for (String file :
        List.of(
            ModelDirectory.TOKENIZER, ModelDirectory.TOKENIZER_CONFIG, ModelDirectory.GENERATION)) {
      Files.write(folder.resolve(file), builtIn.json(file));
    }
    SafetensorsWriter.write(
        folder.resolve(ModelDirectory.WEIGHTS),
        new RandomWeights(ModelConfig.parse(config), seed),
        ElementType.BF16);
  }

  private interface Filling {
    void into(Path staging) throws IOException;
  }

  private StoredModel build(String name, Filling filling, Variant variant) throws IOException {
    Path folder = store.folder(name);
    if (Files.exists(folder)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    Files.createDirectories(store.root());
    try (FileChannel lock =
            FileChannel.open(
                store.root().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      removeParts(store.root(), name);
      return build(staging(store.root(), name), name, filling, variant);
    }
  }

  private StoredModel build(Path staging, String name, Filling filling, Variant variant)
      throws IOException {
    try {
      filling.into(staging);
      ModelDirectory directory = ModelDirectory.of(staging);
      ModelConfig config = directory.config();
      try (OpenWeights weights = directory.weights()) {
        ModelTensors.require(config, weights);
        OnnxModel.write(staging, config, variant.of(weights, config));
      }
      ModelManifest manifest =
          ModelManifest.of(name, directory, NumericProfile.ONNXRUNTIME_CPU_FP32);
      Files.write(
          staging.resolve(ModelStore.MANIFEST), ModelStore.json(manifest, variant, directory));
      Files.move(staging, store.folder(name), StandardCopyOption.ATOMIC_MOVE);
      return store.open(name);
    } finally {
      delete(staging);
    }
  }

  /** The files that count; checks what can be checked before gigabytes are copied. */
  private static List<String> files(ModelDirectory directory) {
    ModelConfig config = directory.config();
    Tokenizer.load(directory).close();
    ChatTemplate.find(directory);
    try (OpenWeights weights = directory.weights()) {
      ModelTensors.require(config, weights);
    } catch (IOException e) {
      throw new InvalidModelException(directory + ": cannot close the weights: " + e, e);
    }
    List<String> files = new ArrayList<>(List.of(ModelDirectory.CONFIG));
    files.addAll(directory.weightFiles().names());
    files.addAll(directory.tokenizerFiles());
    for (String name : List.of(ModelDirectory.INDEX, ModelDirectory.GENERATION)) {
      directory.optional(name).ifPresent(bytes -> files.add(name));
    }
    return files;
  }

  /** Ends when its thread is interrupted, which the JDK's own copy of a file does not. */
  private static void copy(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = in.size();
      for (long at = 0; at < size; ) {
        long moved = in.transferTo(at, COPIED_AT_ONCE, out);
        if (moved == 0) {
          throw new EOFException(from + " ends after " + at + " of " + size + " bytes");
        }
        at += moved;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
