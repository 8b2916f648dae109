package io.verillm.cli;

import io.verillm.broker.LocalBroker;
import io.verillm.local.StackFolder;
import io.verillm.local.StackFolders;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --data}: which local stack's folder is meant. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the local stack's state (default: see the command).")
  private @Nullable Path data;

  DataOption() {}

  static StackFolders folders() {
    return new StackFolders(base());
  }

  private static Path base() {
    return Path.of(System.getProperty("verillm.home", ".")).resolve("data");
  }

  /** Where the coordinator's keys lie, if nothing else is told. */
  static Path coordinator() {
    return base().resolve("coordinator").resolve("keys");
  }

  /** Where a witness keeps its keys that is told nothing else. */
  static Path witness(String id) {
    return base().resolve("witnesses").resolve(id);
  }

  /** Where a worker keeps its key and evidence that is told nothing else. */
  static Path worker(String id) {
    return base().resolve("workers").resolve(id);
  }

  /** The named folder, or a new one. */
  StackFolder orFresh() {
    return data == null ? folders().fresh() : new StackFolder(data);
  }

  /** The named folder, or the one that {@code up} keeps. */
  StackFolder orKept() {
    return data == null ? folders().kept() : new StackFolder(data);
  }

  /** The named folder; empty where none is named. */
  Optional<StackFolder> ifNamed() {
    return Optional.ofNullable(data).map(StackFolder::new);
  }

  /**
   * The named folder, or the last one used.
   *
   * @throws CommandFailure if there is no stack in it
   */
  StackFolder orLatest() {
    StackFolder folder =
        data == null
            ? folders()
                .latest()
                .orElseThrow(() ->
                    CommandFailure.unreachable(
                        "no stack has run here yet; run ./verillm demo or name one by --data"))
            : new StackFolder(data);
    if (!folder.exists()) {
      throw CommandFailure.unreachable("no local stack in " + folder.path());
    }
    if (folder.isUnfinished() && !LocalBroker.runsOn(folder.broker())) {
      System.err.println(
          "note: the demo in %s was interrupted; this is about what it left"
              .formatted(folder.path()));
    }
    return folder;
  }
}
