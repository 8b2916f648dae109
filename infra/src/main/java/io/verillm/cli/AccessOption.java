package io.verillm.cli;

import io.verillm.aws.MskAccess;
import io.verillm.local.StackAccess;
import io.verillm.local.StackFolder;
import io.verillm.local.StackFolders;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --access}: as whom a cluster is used. */
final class AccessOption {
  private static final String IAM = "iam";

  @Option(
      names = "--access",
      paramLabel = "FILE",
      description =
          "Kafka client settings of a user, as for --command-config of Kafka's own tools (default:"
              + " the local stack's, where that is the cluster); iam: MSK, as the role that AWS'"
              + " credential chain gives; or the ARN of a role that is assumed first.")
  private @Nullable String access;

  AccessOption() {}

  /**
   * Access with the file's settings. Without one: as this party of the local stack that runs there,
   * and else without a name.
   *
   * @param servers {@code host:port}, several separated by commas
   * @param named the stack that was named, which this version of the program need not have started
   * @throws CommandFailure if a file cannot be read
   */
  KafkaAccess to(String servers, Principal principal, Optional<StackFolder> named) {
    return to(servers, "--access", access, principal, named);
  }

  /** Whether it was given. */
  boolean isGiven() {
    return access != null;
  }

  /** The same for another option and what it was given. */
  static KafkaAccess to(
      String servers,
      String option,
      @Nullable String given,
      Principal principal,
      Optional<StackFolder> named) {
    try {
      if (given != null) {
        return named(servers, given);
      }
      return named
          .filter(folder -> StackFolders.runsAt(folder, servers))
          .or(() -> DataOption.folders().runningAt(servers))
          .flatMap(folder -> StackAccess.of(folder, principal, servers))
          .orElseGet(() -> KafkaAccess.open(servers));
    } catch (IOException | IllegalArgumentException e) {
      throw CommandFailure.usage(option + " cannot be read: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private static KafkaAccess named(String servers, String access) throws IOException {
    if (access.equals(IAM)) {
      return MskAccess.iam(servers);
    }
    return access.startsWith("arn:")
        ? MskAccess.assumed(servers, access)
        : KafkaAccess.ofFile(servers, Path.of(access));
  }
}
