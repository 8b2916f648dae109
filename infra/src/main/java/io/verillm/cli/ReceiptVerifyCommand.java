package io.verillm.cli;

import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
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
import io.verillm.topics.KafkaAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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
            + " is wrong, 3 if it cannot be told: whose receipt it must be has to be said.")
final class ReceiptVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private ReaderOption reader = new ReaderOption();

  @Parameters(paramLabel = "FILE", description = "What receipt export wrote.")
  private Path file = Path.of("");

  @ArgGroup private Trust trust = new Trust();

  /** Where the coordinator's key is from. */
  static final class Trust {
    @Option(
        names = "--coordinator-key",
        paramLabel = "HEX",
        description = "The coordinator's Ed25519 key, as you were given it.")
    private @Nullable String key;

    @Option(
        names = "--access",
        paramLabel = "FILE",
        description = "An access file that says verillm.coordinator.key.")
    private @Nullable Path access;

    @Option(
        names = "--trust-file",
        description = "Take the receipt's own word for whose it is; anybody can make such a file.")
    private boolean isFile;
  }

  @Option(
      names = "--rerun",
      description = "Also redo the inference with --model, as a checker does.")
  private boolean rerun;

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ThreadsOption threads = new ThreadsOption();

  ReceiptVerifyCommand() {}

  @Override
  public Integer call() {
    ReceiptTopics topics = ReceiptExport.topics(Catalogue.local());
    byte[] bytes = read();
    Optional<DecryptionKey> requester = reader.orOf(Optional.empty());
    ReceiptReport report = ReceiptVerifier.verify(bytes, topics, key(), requester);
    Optional<ReceiptRerun> again =
        rerun && report.sound() ? Optional.of(rerun(bytes, topics, requester)) : Optional.empty();
    ReceiptConclusion conclusion = ReceiptConclusion.of(report, trust.isFile, again);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(ReceiptText.json(report, again, conclusion));
    } else {
      ReceiptText.lines(report, again, conclusion).forEach(out::println);
    }
    return conclusion.status();
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read " + file);
    }
  }

  private Optional<VerifyKey> key() {
    try {
      return trust.access == null
          ? Optional.ofNullable(trust.key).map(hex -> VerifyKey.of(HexFormat.of().parseHex(hex)))
          : Optional.of(ofAccess(trust.access));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--coordinator-key: no Ed25519 key: '" + trust.key + "'");
    }
  }

  private static VerifyKey ofAccess(Path access) {
    try {
      return KafkaAccess.ofFile("", access)
          .coordinator()
          .orElseThrow(
              () -> CommandFailure.usage(access + " does not say " + KafkaAccess.COORDINATOR_KEY));
    } catch (IOException | IllegalArgumentException e) {
      throw CommandFailure.usage("--access cannot be read: " + e.getMessage());
    }
  }

  private ReceiptRerun rerun(
      byte[] bytes, ReceiptTopics topics, Optional<DecryptionKey> requester) {
    EngineOptions options = EngineOptions.on(device.device()).withThreads(threads.threads());
    try (LoadedModel loaded = model.open(options)) {
      return ReceiptRerun.of(bytes, topics, requester, loaded);
    } catch (UnreadableReceipt | EngineFailure | InvalidModelException e) {
      throw CommandFailure.unreachable("cannot rerun: " + e.getMessage());
    }
  }
}
