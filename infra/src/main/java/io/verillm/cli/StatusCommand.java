package io.verillm.cli;

import io.verillm.topics.RequestIds;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code status REQUEST}. */
@Command(name = "status", description = "Tells how far a request is.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private RequesterOption requester = new RequesterOption();

  @Parameters(paramLabel = "REQUEST", description = "The request's id, as submit printed it.")
  private String requestId = "";

  StatusCommand() {}

  @Override
  public Integer call() {
    if (RequestIds.parse(requestId).isEmpty()) {
      throw CommandFailure.usage(
          "'%s' is no request id; submit prints one, 36 characters long".formatted(requestId));
    }
    try (RequesterClient client = requester.connect()) {
      RequestOutcome outcome = client.status(requestId);
      return OutcomeText.print(client, outcome, spec.commandLine().getOut());
    }
  }
}
