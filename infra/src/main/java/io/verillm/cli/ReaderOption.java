package io.verillm.cli;

import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.topics.KeyStore;
import io.verillm.topics.RequesterClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --keys}: as whom private requests are read. */
final class ReaderOption {
  @Option(
      names = "--keys",
      paramLabel = "DIR",
      description = "Folder of the requester's key, to read a private request with.")
  private @Nullable Path keys;

  ReaderOption() {}

  /**
   * The key in the named folder, else in the other; empty where neither has one.
   *
   * @throws CommandFailure if the named folder has none
   */
  Optional<DecryptionKey> orOf(Optional<Path> other) {
    if (keys != null && !has(keys)) {
      throw CommandFailure.unreachable("no requester's key in " + keys);
    }
    return Optional.ofNullable(keys).or(() -> other).filter(ReaderOption::has).map(this::read);
  }

  private static boolean has(Path folder) {
    return Files.isRegularFile(folder.resolve(RequesterOption.KEY + ".ed25519"));
  }

  private DecryptionKey read(Path folder) {
    return RequesterClient.reader(
        new KeyStore(folder, new SecureRandom()).signing(RequesterOption.KEY));
  }
}
