package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.ModelBucket;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelImport;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@code --models} and {@code --models-from}: where a model called NAME or NAME@HASH is. One that
 * is named with its hash is what the hash says, with its calibration, wherever it comes from.
 */
final class FetchedModelsOption {
  /** How a model is named. */
  static final String LABEL = "NAME[@HASH]";

  private static final Pattern PINNED = Pattern.compile("([^@]+)@([0-9a-f]{64})");
  private static final String WEIGHTS = ".safetensors";
  private static final String WITHOUT_WEIGHTS = ".without-weights";

  @Mixin private ModelsOption models = new ModelsOption();

  @Option(
      names = "--models-from",
      paramLabel = S3Place.LABEL,
      description =
          "Where model push puts models: NAME@HASH is fetched there, compared with the hash, and kept.")
  private @Nullable String from;

  FetchedModelsOption() {}

  /** A model that is there. */
  record Found(String name, ModelStore store) {}

  /**
   * A model with its weights.
   *
   * @throws InvalidModelException if what is fetched is another model
   */
  Found whole(String wanted) {
    return found(wanted, "", ModelImport::fetched, file -> isText(file) || file.endsWith(WEIGHTS));
  }

  /**
   * A model as far as it is needed without its weights.
   *
   * @throws InvalidModelException if what is fetched is another model
   */
  Found withoutWeights(String wanted) {
    return found(
        wanted,
        WITHOUT_WEIGHTS,
        ModelImport::fetchedWithoutWeights,
        file -> isText(file) || file.equals(ModelStore.MANIFEST));
  }

  /** Takes a model from the store, or fills it first. */
  private interface Taking {
    StoredModel from(ModelImport store, String name, String reference, ModelImport.Filling files)
        throws IOException;
  }

  /** One that is named with its hash lies in a folder of that name, so others lie beside it. */
  private Found found(String wanted, String suffix, Taking taking, Predicate<String> files) {
    Matcher pinned = PINNED.matcher(wanted);
    if (!pinned.matches()) {
      return new Found(wanted, models.store());
    }
    String reference = pinned.group(2);
    Path folder = models.store().root().resolve(reference + suffix);
    Found found = new Found(pinned.group(1), new ModelStore(folder));
    try {
      taking.from(
          new ModelImport(found.store),
          found.name,
          reference,
          into -> {
            System.err.println("fetching the model %s from %s".formatted(wanted, from));
            fetch(wanted, reference, into, files);
          });
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.unreachable(
          "cannot keep the model %s: %s".formatted(wanted, e.getMessage()));
    }
    return found;
  }

  private void fetch(String wanted, String reference, Path folder, Predicate<String> files) {
    if (from == null) {
      throw CommandFailure.usage(wanted + " is fetched from --models-from, which is not given");
    }
    S3Place place = S3Place.parse("--models-from", from);
    try (S3Client client = AwsClients.standard().s3()) {
      new ModelBucket(client, place.bucket(), place.prefix()).fetch(reference, folder, files);
    } catch (IOException | UncheckedIOException | SdkException e) {
      throw CommandFailure.unreachable(
          "cannot fetch the model %s: %s".formatted(wanted, AwsReason.of(e)));
    }
  }

  /** Sizes, tokens and thresholds; the manifest and the graphs are made here by an import. */
  private static boolean isText(String file) {
    return (file.endsWith(".json") && !file.equals(ModelStore.MANIFEST)) || file.endsWith(".jinja");
  }
}
