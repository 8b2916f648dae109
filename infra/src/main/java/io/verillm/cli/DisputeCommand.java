package io.verillm.cli;

import io.verillm.topics.RequestFailed;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dispute REQUEST}. */
@Command(
    name = "dispute",
    description = {
      "Puts down a bond so that a second committee looks at a verdict again.",
      "The bond comes back unless the second committee confirms the verdict."
    })
final class DisputeCommand implements Callable<Integer> {
  private static final long BOND_DUE = -1;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private RequesterOption requester = new RequesterOption();
  @Mixin private WaitOption wait = new WaitOption();

  @Parameters(paramLabel = "REQUEST", description = "The request's id, as submit printed it.")
  private String requestId = "";

  @Option(
      names = "--segment",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which segment's verdict, from 0 (default: ${DEFAULT-VALUE}).")
  private int segment;

  @Option(
      names = "--bond",
      paramLabel = "UNITS",
      description = "Most units to put down (default: as many as may be due).")
  private long bond = BOND_DUE;

  DisputeCommand() {}

  @Override
  public Integer call() {
    if (segment < 0) {
      throw CommandFailure.usage("--segment must be 0 or more, not " + segment);
    }
    try (RequesterClient client = requester.connect()) {
      requireVerdict(client.status(requestId));
      long most = bond == BOND_DUE ? client.bondMost() : bond;
      client.dispute(requestId, segment, most);
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "disputed segment %d of %s, with at most %d units".formatted(segment, requestId, most));
      return wait.wanted()
          ? wait.follow(client, Optional.empty(), requestId, result -> {}, out)
          : later(out);
    } catch (RequestFailed e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private void requireVerdict(RequestOutcome outcome) {
    switch (outcome.state()) {
      case DECIDED -> {
        // The window may close while this is said; then the dispute is refused as late.
      }
      case FINAL -> throw CommandFailure.bad(requestId + " is final: its dispute window is over");
      case UNKNOWN, RUNNING, REFUSED ->
          throw CommandFailure.bad(
              "there is no verdict on %s to dispute: it is %s"
                  .formatted(requestId, outcome.state().name().toLowerCase(Locale.ROOT)));
    }
  }

  private int later(PrintWriter out) {
    out.println("it is looked at when the window closes: ./verillm status " + requestId);
    return ExitCode.OK;
  }
}
