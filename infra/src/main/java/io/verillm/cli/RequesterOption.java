package io.verillm.cli;

import io.verillm.local.StackFolder;
import io.verillm.topics.KeyStore;
import io.verillm.topics.RequestFailed;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.access.Principal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who asks, and whom: the requester's key and the cluster. */
final class RequesterOption {
  /** Name of the requester's key in a key folder. */
  static final String KEY = "requester";

  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      description =
          "Folder of the requester's key, made there if it has none (default: that of the local"
              + " stack in --data, that runs there, or that ran last).")
  private @Nullable Path keys;

  RequesterOption() {}

  RequesterClient connect() {
    SecureRandom random = new SecureRandom();
    Optional<StackFolder> named = data.ifNamed();
    Path folder = keys == null ? stack(named).keys() : keys;
    try {
      return RequesterClient.connect(
          bootstrap.access(Principal.REQUESTER, named),
          new KeyStore(folder, random).signing(KEY),
          Clock.systemUTC(),
          random);
    } catch (RequestFailed e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private StackFolder stack(Optional<StackFolder> named) {
    return named.isPresent() ? data.orLatest() : bootstrap.stack().orElseGet(data::orLatest);
  }
}
