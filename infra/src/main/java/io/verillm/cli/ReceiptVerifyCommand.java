package io.verillm.cli;

import io.verillm.gpu.engine.EngineFailure;
import io.verillm.local.ReceiptRerun;
import io.verillm.models.InvalidModelException;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptTopics;
import io.verillm.protocol.receipt.ReceiptVerifier;
import io.verillm.protocol.receipt.UnreadableReceipt;
import io.verillm.streams.audit.ReceiptExport;
import io.verillm.topics.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receipt verify}. */
@Command(
    name = "verify",
    description =
        "Recomputes everything that a receipt says, from the file alone; exit status 1 if anything"
            + " is wrong.")
final class ReceiptVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private ReaderOption reader = new ReaderOption();

  @Parameters(paramLabel = "FILE", description = "What receipt export wrote.")
  private Path file = Path.of("");

  @Option(
      names = "--coordinator-key",
      paramLabel = "HEX",
      description = "The coordinator's Ed25519 key (default: the receipt's own is believed).")
  private @Nullable String coordinatorKey;

  @Option(
      names = "--rerun",
      description = "Also redo the inference with the built-in model, as a checker does.")
  private boolean rerun;

  ReceiptVerifyCommand() {}

  @Override
  public Integer call() {
    ReceiptTopics topics = ReceiptExport.topics(Catalogue.local());
    byte[] bytes = read();
    Optional<DecryptionKey> requester = reader.orOf(Optional.empty());
    ReceiptReport report = ReceiptVerifier.verify(bytes, topics, key(), requester);
    Optional<ReceiptRerun> again =
        rerun && report.sound() ? Optional.of(rerun(bytes, topics, requester)) : Optional.empty();
    PrintWriter out = spec.commandLine().getOut();
    List<String> lines =
        output.json() ? List.of(ReceiptText.json(report, again)) : ReceiptText.lines(report, again);
    lines.forEach(out::println);
    return report.sound() && again.map(ReceiptRerun::agrees).orElse(true)
        ? ExitCode.OK
        : ExitCode.BAD;
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read " + file);
    }
  }

  private Optional<VerifyKey> key() {
    if (coordinatorKey == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(VerifyKey.of(HexFormat.of().parseHex(coordinatorKey)));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--coordinator-key: no Ed25519 key: '" + coordinatorKey + "'");
    }
  }

  private static ReceiptRerun rerun(
      byte[] bytes, ReceiptTopics topics, Optional<DecryptionKey> requester) {
    try {
      return ReceiptRerun.of(bytes, topics, requester);
    } catch (UnreadableReceipt | EngineFailure | InvalidModelException e) {
      throw CommandFailure.unreachable("cannot rerun: " + e.getMessage());
    }
  }
}
