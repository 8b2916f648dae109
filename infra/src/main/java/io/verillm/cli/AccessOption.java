package io.verillm.cli;

import io.verillm.aws.MskAccess;
import io.verillm.local.StackAccess;
import io.verillm.local.StackFolder;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
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
   * Access with the file's settings. Without one: as this party of the local stack, where that is
   * the one that runs there, and else without a name.
   *
   * @param servers {@code host:port}, several separated by commas
   * @throws CommandFailure if a file cannot be read
   */
  KafkaAccess to(String servers, Principal principal, Optional<StackFolder> stack) {
    try {
      if (access != null) {
        return named(servers, access);
      }
      return stack
          .filter(folder -> folder.runningAt().filter(at -> isOneOf(at, servers)).isPresent())
          .flatMap(folder -> StackAccess.of(folder, principal, servers))
          .orElseGet(() -> KafkaAccess.open(servers));
    } catch (IOException | IllegalArgumentException e) {
      throw CommandFailure.usage("--access cannot be read: " + e.getMessage());
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

  /** A stack's broker listens on the loopback address, under whatever name one asks for that. */
  private static boolean isOneOf(String running, String servers) {
    String port = running.substring(running.lastIndexOf(':'));
    return Arrays.stream(servers.split(","))
        .map(String::strip)
        .anyMatch(server ->
            server.endsWith(port) && isLoopback(server.substring(0, server.lastIndexOf(':'))));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
