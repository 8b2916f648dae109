package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.ModelBucket;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code model push}: into a bucket, for programs elsewhere. */
@Command(
    name = "push",
    description =
        "Verifies an imported model, puts it with its calibration into a bucket, and prints by what"
            + " --model takes it from there, which is one hash of all of it. Begun again it goes on;"
            + " nothing there is ever written over.")
final class ModelPushCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private ModelsOption models = new ModelsOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "An imported model.")
  private String name = "";

  @Parameters(index = "1", paramLabel = S3Place.LABEL, description = "Where to.")
  private String to = "";

  ModelPushCommand() {}

  @Override
  public Integer call() {
    S3Place place = S3Place.parse("model push", to);
    return UntilInterrupted.call(() -> pushed(place));
  }

  private int pushed(S3Place place) {
    try (S3Client client = AwsClients.standard().s3()) {
      StoredModel model = models.store().open(name).intact();
      if (model.variant() != Variant.FP32) {
        throw CommandFailure.bad(
            "%s is the variant %s: its weights are not what its id says"
                .formatted(name, model.variant().label()));
      }
      String reference = model.reference();
      new ModelBucket(client, place.bucket(), place.prefix())
          .push(reference, model.folder(), files(model));
      spec.commandLine().getOut().println("%s@%s".formatted(name, reference));
      return ExitCode.OK;
    } catch (InvalidModelException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (IOException | SdkException e) {
      throw CommandFailure.unreachable(
          "cannot push %s to %s: %s".formatted(name, to, AwsReason.of(e)));
    }
  }

  /** The manifest last: what is without it is not whole. */
  private static List<String> files(StoredModel model) {
    List<String> files = new ArrayList<>(model.files());
    files.add(ModelStore.MANIFEST);
    return files;
  }
}
