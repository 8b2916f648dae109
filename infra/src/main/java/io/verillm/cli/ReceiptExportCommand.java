package io.verillm.cli;

import io.verillm.events.Receipt;
import io.verillm.local.RecordedLog;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptFinding;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptVerifier;
import io.verillm.streams.audit.ReceiptExport;
import io.verillm.topics.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receipt export}. */
@Command(
    name = "export",
    description = "Writes the receipt of a final request; the file is all that verify needs.")
final class ReceiptExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private LogSourceOption source = new LogSourceOption();
  @Mixin private ReaderOption reader = new ReaderOption();

  @Parameters(paramLabel = "REQUEST", description = "The request's id, as submit printed it.")
  private String requestId = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "File to write (default: REQUEST.receipt in this folder).")
  private @Nullable Path out;

  ReceiptExportCommand() {}

  @Override
  public Integer call() {
    Optional<DecryptionKey> requester = reader.orOf(source.keys());
    byte[] file = file(requester);
    ReceiptReport report =
        ReceiptVerifier.verify(
            file, ReceiptExport.topics(Catalogue.local()), Optional.empty(), requester);
    if (!report.sound()) {
      ReceiptFinding first = report.findings().getFirst();
      throw CommandFailure.bad(
          "the log gives no sound receipt, audit shows more: %s: %s: %s"
              .formatted(first.record(), first.rule().label(), first.message()));
    }
    Path path = out == null ? Path.of(requestId + ".receipt") : out;
    try {
      Files.write(path, file);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot write " + path + ": " + e.getMessage());
    }
    ReceiptReport.Claim claim = report.claim().orElseThrow();
    PrintWriter printed = spec.commandLine().getOut();
    printed.println(
        "%s: %,d bytes, %s".formatted(path, file.length, claim.outcome().orElseThrow()));
    printed.println("coordinator " + claim.coordinatorKey());
    return ExitCode.OK;
  }

  private byte[] file(Optional<DecryptionKey> requester) {
    try (RecordedLog recorded = source.open()) {
      Receipt receipt =
          ReceiptExport.of(recorded.records(), recorded.privateTopics(), requestId, requester);
      return ReceiptFile.write(receipt);
    } catch (NoReceipt e) {
      throw CommandFailure.unreachable("no receipt: " + e.getMessage());
    }
  }
}
