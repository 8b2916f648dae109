package io.verillm.cli;

import io.verillm.local.RecordedLog;
import io.verillm.local.StackAccess;
import io.verillm.local.StackFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose public topics are meant: those of a cluster, of a local stack's folder, or exported. */
final class LogSourceOption {
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Read from this cluster (default: from the local stack of --data).")
  private @Nullable String bootstrap;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Read records that audit export wrote; needs no broker.")
  private @Nullable Path from;

  @Mixin private AccessOption access = new AccessOption();

  LogSourceOption() {}

  private static RecordedLog recorded(StackFolder folder) {
    RecordedLog recorded = RecordedLog.of(folder);
    if (recorded.isEmpty()) {
      recorded.close();
      throw CommandFailure.unreachable(
          "nothing is recorded in " + folder.path() + ": the run ended before it began");
    }
    return recorded;
  }

  /**
   * The records.
   *
   * @throws CommandFailure if there are none, or they cannot be read
   */
  RecordedLog open() {
    if (from != null && bootstrap != null) {
      throw CommandFailure.usage("--from and --bootstrap name two logs");
    }
    try {
      if (from != null) {
        return RecordedLog.exported(from);
      }
      return bootstrap == null
          ? recorded(data.orLatest())
          : RecordedLog.of(access.to(bootstrap, StackAccess.AUDITOR, data.ifNamed()));
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read " + from + ": " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  /** Folder of the keys of the local stack that is meant; empty for another log. */
  Optional<Path> keys() {
    return bootstrap == null && from == null
        ? Optional.of(data.orLatest().keys())
        : Optional.empty();
  }
}
