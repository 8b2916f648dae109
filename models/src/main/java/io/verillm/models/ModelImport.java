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
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a model into a store: checks it whole, copies its files, and builds its graph beside them.
 * Everything is made in a folder of its own that takes the model's name when it is complete, so a
 * failure leaves nothing. At most a few tensors are in memory at a time.
 */
public final class ModelImport {

  private static final Logger LOG = LoggerFactory.getLogger(ModelImport.class);

  /** The same of this process, whose threads a lock of a file does not tell apart. */
  private static final Lock HERE = new ReentrantLock();

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
          for (String file : files(ModelDirectory.of(source))) {
            copy(source.resolve(file), staging.resolve(file));
          }
        },
        variant);
  }

  /**
   * The model of this reference: the one in the store, or one that is fetched and built first. Of
   * what is fetched nothing is believed: its files must make the reference, and its graph is made
   * here.
   *
   * @param reference see {@link StoredModel#reference}
   * @throws InvalidModelException if the files are not that model, or another one has the name
   * @throws IOException if the store cannot be written, or the files cannot be fetched
   */
  public StoredModel fetched(String name, String reference, Filling files) throws IOException {
    return locked(() -> there(name, reference, files, Variant.FP32));
  }

  private StoredModel there(String name, String reference, Filling files, Variant variant)
      throws IOException {
    return Files.exists(store.folder(name))
        ? store.open(name).require(reference)
        : build(name, files, variant, reference);
  }

  /**
   * As {@link #fetched}, for who needs no weights: nothing is built, and the weights' hash is that
   * of a manifest among the files.
   *
   * @throws InvalidModelException if the files are not that model
   * @throws IOException if the store cannot be written, or the files cannot be fetched
   */
  public StoredModel fetchedWithoutWeights(String name, String reference, Filling files)
      throws IOException {
    return locked(() -> {
      if (!Files.exists(store.folder(name))) {
        try (ScratchFolder staging = staging(store.root(), name)) {
          files.into(staging.path());
          store.open(name, staging.path()).withoutWeights(reference);
          staging.moveTo(store.folder(name));
        }
      }
      return store.open(name).withoutWeights(reference);
    });
  }

  /**
   * A model of the store with other weights in its graph: a cheat under the same id, beside it and
   * called NAME.VARIANT. It is built once and shares the model's files.
   *
   * @throws InvalidModelException if another model has that name
   * @throws IOException if the store cannot be written
   */
  public StoredModel changed(StoredModel model, Variant variant) throws IOException {
    String name = model.manifest().name() + "." + variant.label();
    StoredModel changed =
        locked(() -> there(name, model.reference(), into -> link(model, into), variant));
    if (changed.variant() != variant) {
      throw new InvalidModelException(
          "%s holds the variant %s".formatted(changed.folder(), changed.variant().label()));
    }
    return changed;
  }

  private static void link(StoredModel model, Path into) throws IOException {
    for (String file : model.files()) {
      Files.createLink(into.resolve(file), model.folder().resolve(file));
    }
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
    try (ScratchFolder staging = staging(target.getParent(), target.getFileName().toString())) {
      fill(shape, seed, staging.path());
      staging.moveTo(target);
    }
  }

  private static ScratchFolder staging(Path parent, String name) throws IOException {
    return ScratchFolder.make(parent, "." + name + PART);
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

  /** Writes a model's files, in Hugging Face layout. */
  public interface Filling {
    /**
     * Fills an empty folder.
     *
     * @throws IOException if that fails
     */
    void into(Path folder) throws IOException;
  }

  private interface Building {
    StoredModel build() throws IOException;
  }

  private StoredModel build(String name, Filling filling, Variant variant) throws IOException {
    Path folder = store.folder(name);
    if (Files.exists(folder)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    return locked(() -> build(name, filling, variant, null));
  }

  private StoredModel locked(Building building) throws IOException {
    Files.createDirectories(store.root());
    if (!HERE.tryLock()) {
      tellOfWaiting();
      HERE.lock();
    }
    try (FileChannel lock =
            FileChannel.open(
                store.root().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = held(lock)) {
      return building.build();
    } finally {
      HERE.unlock();
    }
  }

  private FileLock held(FileChannel lock) throws IOException {
    @Nullable FileLock held = lock.tryLock();
    if (held == null) {
      tellOfWaiting();
    }
    return held == null ? lock.lock() : held;
  }

  private void tellOfWaiting() {
    LOG.warn("waiting for another import into {}", store.root());
  }

  private StoredModel build(
      String name, Filling filling, Variant variant, @Nullable String reference)
      throws IOException {
    try (ScratchFolder scratch = staging(store.root(), name)) {
      Path staging = scratch.path();
      filling.into(staging);
      ModelDirectory directory = ModelDirectory.of(staging);
      ModelConfig config = directory.config();
      ModelManifest manifest =
          ModelManifest.of(name, directory, NumericProfile.ONNXRUNTIME_CPU_FP32);
      if (reference != null) {
        manifest.require(directory, reference);
      }
      try (OpenWeights weights = directory.weights()) {
        ModelTensors.require(config, weights);
        OnnxModel.write(staging, config, variant.of(weights, config));
      }
      Files.write(
          staging.resolve(ModelStore.MANIFEST), ModelStore.json(manifest, variant, directory));
      scratch.moveTo(store.folder(name));
      return store.open(name);
    }
  }

  /** The files that count; checks what can be checked before gigabytes are copied. */
  private static List<String> files(ModelDirectory directory) {
    ModelConfig config = directory.config();
    Tokenizer.load(directory).close();
    ChatTemplate.find(directory);
    try (OpenWeights weights = directory.weights()) {
      requireTensors(directory, config, weights);
    } catch (IOException e) {
      throw new InvalidModelException(directory + ": cannot close the weights: " + e, e);
    }
    return directory.files();
  }

  private static void requireTensors(
      ModelDirectory directory, ModelConfig config, OpenWeights weights) {
    try {
      ModelTensors.require(config, weights);
    } catch (InvalidModelException e) {
      throw new InvalidModelException(directory + ": " + e.getMessage(), e);
    }
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
}
