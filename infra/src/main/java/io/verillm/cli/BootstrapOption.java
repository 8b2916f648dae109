package io.verillm.cli;

import io.verillm.local.StackFolder;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --bootstrap}, {@code --access} and {@code --coordinator-key}: which Kafka cluster is
 * meant, as whom, and whose log it must be.
 */
final class BootstrapOption {
  private static final int CONNECT_MILLIS_MAX = 2_000;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "Kafka's bootstrap servers (default: ${DEFAULT-VALUE}).")
  private String servers = "localhost:9092";

  @Option(
      names = "--coordinator-key",
      paramLabel = "KEY",
      description =
          "The key, in hex, of the coordinator whose log this is (default: that of the access"
              + " file, else whoever registered first).")
  private @Nullable String coordinatorKey;

  @Mixin private AccessOption access = new AccessOption();

  BootstrapOption() {}

  /**
   * The servers, once one of them takes connections: Kafka's own clients try for many seconds.
   *
   * @throws CommandFailure where the text is no list of HOST:PORT, or nothing listens there
   */
  String servers() {
    List<InetSocketAddress> addresses =
        Arrays.stream(servers.split(",")).map(BootstrapOption::address).toList();
    if (addresses.stream().noneMatch(BootstrapOption::listens)) {
      throw CommandFailure.unreachable(
          "nothing answers at " + servers + "; ./verillm up starts a stack on localhost:9092");
    }
    return servers;
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          text.substring(0, Math.max(0, colon)).strip(),
          Integer.parseInt(text.substring(colon + 1).strip()));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--bootstrap takes HOST:PORT, not '" + text + "'");
    }
  }

  private static boolean listens(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS_MAX);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Access as {@code --access} says, by default as the local stack's operator. */
  KafkaAccess operator() {
    return access(Principal.OPERATOR);
  }

  /** An admin client that gives up after half a minute, on a broker that answers slowly too. */
  Admin admin() {
    Map<String, Object> settings = operator().settings();
    settings.put("default.api.timeout.ms", "30000");
    settings.put("request.timeout.ms", "10000");
    return Admin.create(settings);
  }

  /**
   * Access as {@code --access} says, by default as this party of the local stack that runs there,
   * to a log of the coordinator that {@code --coordinator-key} names.
   */
  KafkaAccess access(Principal principal) {
    return access(principal, Optional.empty());
  }

  /** The same, where a local stack was named. */
  KafkaAccess access(Principal principal, Optional<StackFolder> named) {
    KafkaAccess to = access.to(servers(), principal, named);
    return coordinatorKey().map(to::trusting).orElse(to);
  }

  /** The same access, whosever log it is: for who says so where it is another's. */
  KafkaAccess whosever(Principal principal) {
    return access.to(servers(), principal, Optional.empty());
  }

  /** The local stack that runs there. */
  Optional<StackFolder> stack() {
    return DataOption.folders().runningAt(servers);
  }

  /**
   * Access to the same servers as a second party.
   *
   * @param option that says as whom, like {@code --access}, and what it was given
   * @return empty where {@code --access} alone was given: it says nothing of another party
   */
  Optional<KafkaAccess> second(String option, @Nullable String given, Principal principal) {
    return given == null && access.isGiven()
        ? Optional.empty()
        : Optional.of(AccessOption.to(servers(), option, given, principal, Optional.empty()));
  }

  /** The coordinator's key, where it was given. */
  Optional<VerifyKey> coordinatorKey() {
    try {
      return Optional.ofNullable(coordinatorKey)
          .map(hex -> VerifyKey.of(HexFormat.of().parseHex(hex)));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--coordinator-key takes an Ed25519 key of 64 hexadecimal digits, not '%s'"
              .formatted(coordinatorKey));
    }
  }
}
