package io.verillm.cli;

import io.verillm.local.RecordedLog;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.fraud.FraudProof;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.NoteKey;
import io.verillm.protocol.log.SignedCheckpoint;
import io.verillm.streams.audit.LogProofs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code log}: what the log can prove to those that do not read it. */
@Command(
    name = "log",
    description =
        "Prints checkpoints and proofs in the formats of transparency logs (C2SP), and checks proofs"
            + " of fraud.")
final class LogCommand implements Runnable {
  @Spec private CommandSpec spec;

  LogCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "checkpoint, keys, inclusion, consistency or fraud?");
  }

  @Command(
      name = "checkpoint",
      description = "Prints a checkpoint with the signatures of log and witnesses.")
  int checkpoint(
      @Mixin LogSourceOption source,
      @Mixin LogOption log,
      @Option(
              names = "--epoch",
              paramLabel = "E",
              description = "Whose seal (default: the last that all witnesses cosigned).")
          @Nullable Long epoch) {
    try (RecordedLog recorded = source.open()) {
      spec.commandLine().getOut().print(checkpoint(proofs(recorded), epoch).text());
      return ExitCode.OK;
    }
  }

  @Command(
      name = "keys",
      description = "Prints the keys that sign checkpoints, as C2SP tools take them.")
  int keys(@Mixin LogSourceOption source, @Mixin LogOption log) {
    try (RecordedLog recorded = source.open()) {
      PrintWriter out = spec.commandLine().getOut();
      proofs(recorded).keys().stream().map(NoteKey::line).forEach(out::println);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "inclusion",
      description = "Prints the proof that a record lies in a checkpoint (C2SP tlog-proof).")
  int inclusion(
      @Mixin LogSourceOption source,
      @Mixin LogOption log,
      @Parameters(paramLabel = "TOPIC", description = "The record's topic, in full.") String topic,
      @Parameters(paramLabel = "PARTITION", description = "Its partition.") int partition,
      @Parameters(paramLabel = "OFFSET", description = "Its offset.") long offset) {
    try (RecordedLog recorded = source.open()) {
      LogProofs proofs = proofs(recorded);
      SignedCheckpoint checkpoint = checkpoint(proofs, null);
      spec.commandLine()
          .getOut()
          .print(
              proofs
                  .inclusion(new LogPartition(topic, partition), offset, checkpoint.checkpoint())
                  .text(checkpoint));
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.bad(String.valueOf(e.getMessage()));
    }
  }

  @Command(
      name = "consistency",
      description =
          "Prints the proof that the last checkpoint continues that of an earlier epoch: one hash a"
              + " line, as RFC 6962 orders them.")
  int consistency(
      @Mixin LogSourceOption source,
      @Mixin LogOption log,
      @Parameters(paramLabel = "EPOCH", description = "The earlier epoch.") long epoch) {
    try (RecordedLog recorded = source.open()) {
      LogProofs proofs = proofs(recorded);
      PrintWriter out = spec.commandLine().getOut();
      proofs
          .consistency(
              checkpoint(proofs, epoch).checkpoint(), checkpoint(proofs, null).checkpoint())
          .path()
          .forEach(node -> out.println(Base64.getEncoder().encodeToString(node.bytes())));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "fraud",
      description =
          "Checks a proof of fraud that audit --proofs wrote; needs nothing but the coordinator's"
              + " key. Exit status 1 if it proves nothing.")
  int fraud(
      @Mixin LogOption log,
      @Option(
              names = "--coordinator-key",
              paramLabel = "KEY",
              required = true,
              description = "The coordinator's key, in hex.")
          String coordinator,
      @Parameters(paramLabel = "FILE", description = "The proof.") Path file) {
    Optional<String> proved;
    try {
      VerifyKey key = VerifyKey.of(HexFormat.of().parseHex(coordinator));
      proved = FraudProof.parse(Files.readAllBytes(file)).flatMap(proof -> proof.verify(key));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--coordinator-key takes 64 hexadecimal digits, not '" + coordinator + "'");
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot read " + file + ": " + e.getMessage());
    }
    spec.commandLine().getOut().println(proved.map(s -> "PROVED " + s).orElse("proves nothing"));
    return proved.isPresent() ? ExitCode.OK : ExitCode.BAD;
  }

  private static LogProofs proofs(RecordedLog recorded) {
    try {
      return LogProofs.of(recorded.records());
    } catch (IllegalStateException e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private static SignedCheckpoint checkpoint(LogProofs proofs, @Nullable Long epoch) {
    Optional<Long> wanted = epoch == null ? proofs.lastEpoch() : Optional.of(epoch);
    return wanted
        .flatMap(proofs::checkpoint)
        .orElseThrow(() ->
            CommandFailure.bad(
                epoch == null
                    ? "no seal of this log fits its records"
                    : "no seal of epoch " + epoch + " fits the records of this log"));
  }
}
