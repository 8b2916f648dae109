package io.verillm.cli;

import io.verillm.local.RecordedLog;
import io.verillm.streams.audit.RecordArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit export}: takes the public records along. */
@Command(
    name = "export",
    description = "Writes all public records into a folder that audit --from can read anywhere.")
final class AuditExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private LogSourceOption source = new LogSourceOption();

  @Parameters(paramLabel = "DIR", description = "An empty folder, or one to be made.")
  private Path directory = Path.of("");

  AuditExportCommand() {}

  @Override
  public Integer call() {
    try (RecordedLog recorded = source.open()) {
      long records = RecordArchive.export(recorded.records(), directory);
      spec.commandLine().getOut().println(records + " records in " + directory);
      return ExitCode.OK;
    } catch (IOException e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }
}
