package io.verillm.cli;

import io.verillm.local.RecordedLog;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.streams.audit.Audit;
import io.verillm.streams.audit.AuditReport;
import io.verillm.streams.audit.Proved;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: recomputes a run. */
@Command(
    name = "audit",
    subcommands = AuditExportCommand.class,
    description =
        "Recomputes every verdict, score and transfer from signed events and compares; exit status"
            + " 1 if anything differs.")
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private LogSourceOption source = new LogSourceOption();

  @Option(
      names = "--coordinator-key",
      paramLabel = "HEX",
      description =
          "The coordinator's Ed25519 key, 64 hexadecimal digits, as you were given it: the root of"
              + " all trust. Without it the log's own word is taken.")
  private @Nullable String coordinatorKey;

  @Option(
      names = "--proofs",
      paramLabel = "DIR",
      description =
          "Write each proof of fraud there, for ./verillm log fraud to check on any machine.")
  private @Nullable Path proofs;

  @Option(
      names = "--balances",
      paramLabel = "FILE",
      description =
          "Write what each party has at the log's end, as recomputed, for ./verillm fund @FILE on"
              + " another log.")
  private @Nullable Path balances;

  AuditCommand() {}

  @Override
  public Integer call() {
    AuditReport report = report();
    PrintWriter out = spec.commandLine().getOut();
    out.println(output.json() ? report.json() : report.text().stripTrailing());
    writeProofs(report);
    writeBalances(report);
    return report.identical() ? ExitCode.OK : ExitCode.BAD;
  }

  private void writeProofs(AuditReport report) {
    if (proofs == null) {
      return;
    }
    try {
      Files.createDirectories(proofs);
      int number = 1;
      for (Proved proved : report.proofs()) {
        String name =
            "%03d-%s.fraud"
                .formatted(number++, proved.proof().fraud().name().toLowerCase(Locale.ROOT));
        Files.write(proofs.resolve(name), proved.proof().bytes());
      }
    } catch (IOException e) {
      throw CommandFailure.unreachable("cannot write to " + proofs + ": " + e.getMessage());
    }
  }

  private void writeBalances(AuditReport report) {
    if (balances != null && !report.identical()) {
      spec.commandLine()
          .getErr()
          .println("no balances are written: they would rest on what is not as it should be");
    } else if (balances != null) {
      Holdings holdings = Holdings.of(report.balances());
      try {
        Files.write(balances, holdings.arguments(report.workers()));
      } catch (IOException e) {
        throw CommandFailure.unreachable("cannot write to " + balances + ": " + e.getMessage());
      }
      spec.commandLine().getErr().println(holdings.others());
    }
  }

  private AuditReport report() {
    VerifyKey coordinator = coordinator();
    AuditLines progress = new AuditLines(spec.commandLine().getErr());
    try (RecordedLog recorded = source.open()) {
      return Audit.of(recorded.records(), coordinator, progress);
    }
  }

  private @Nullable VerifyKey coordinator() {
    if (coordinatorKey == null) {
      return null;
    }
    try {
      return VerifyKey.of(HexFormat.of().parseHex(coordinatorKey));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--coordinator-key takes 64 hexadecimal digits, not '" + coordinatorKey + "'");
    }
  }
}
