package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.CheckpointBucket;
import io.verillm.aws.CheckpointConflict;
import io.verillm.deploy.CheckpointPublisher;
import io.verillm.deploy.ClosingOrder;
import io.verillm.streams.log.CheckpointSink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code --checkpoints}: where a sealer publishes the heads of its log. */
final class CheckpointsOption {
  private static final int SECONDS_MAX = 24 * 60 * 60;
  private static final int DAYS_MAX = 36_500;

  @Option(
      names = "--checkpoints",
      paramLabel = S3Place.LABEL,
      description =
          "Publish checkpoints there, for good: the bucket must have object lock (default: nowhere).")
  private @Nullable String place;

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How often at most (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--checkpoint-days",
      paramLabel = "N",
      description =
          "How long nobody at all can delete one (default: as the bucket's own retention says).")
  private @Nullable Integer days;

  CheckpointsOption() {}

  /**
   * Whom the sealer tells, and what ends where publishing must.
   *
   * @param sink takes checkpoints
   * @param ended never completes where nothing is published
   */
  record Published(CheckpointSink sink, CompletableFuture<Void> ended) {}

  /**
   * Opens the bucket.
   *
   * @param parts closes it
   */
  Published open(ClosingOrder parts) {
    if (seconds < 1 || seconds > SECONDS_MAX) {
      throw CommandFailure.usage(
          "--checkpoint-seconds takes 1..%d, not %d".formatted(SECONDS_MAX, seconds));
    }
    if (days != null && (days < 1 || days > DAYS_MAX)) {
      throw CommandFailure.usage("--checkpoint-days takes 1..%d, not %d".formatted(DAYS_MAX, days));
    }
    if (place == null) {
      return new Published(CheckpointSink.NONE, new CompletableFuture<>());
    }
    S3Place target = S3Place.parse("--checkpoints", place);
    CheckpointPublisher publisher =
        parts.add(
            "checkpoints",
            new CheckpointPublisher(store(client(parts), target), Duration.ofSeconds(seconds)));
    return new Published(publisher, publisher.ended());
  }

  private static S3Client client(ClosingOrder parts) {
    try {
      return parts.add("S3", AwsClients.standard().s3());
    } catch (SdkException e) {
      throw CommandFailure.aws(e);
    }
  }

  private CheckpointPublisher.Store store(S3Client client, S3Place target) {
    CheckpointBucket bucket =
        new CheckpointBucket(
            client,
            target.bucket(),
            target.prefix(),
            Optional.ofNullable(days).map(Duration::ofDays),
            InstantSource.system());
    return (epoch, note) -> {
      try {
        bucket.publish(epoch, note);
      } catch (CheckpointConflict e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    };
  }
}
