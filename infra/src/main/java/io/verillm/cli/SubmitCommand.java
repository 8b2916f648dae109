package io.verillm.cli;

import io.verillm.events.ModelRegistered;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Asked;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestFailed;
import io.verillm.topics.RequestLimits;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.ResultFeed;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code submit}: one signed request. */
@Command(
    name = "submit",
    description = "Posts a signed request; prints its id, and with --wait what comes of it.")
final class SubmitCommand implements Callable<Integer> {
  private static final Duration ADMISSION = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private RequesterOption requester = new RequesterOption();
  @Mixin private WaitOption wait = new WaitOption();

  @Option(names = "--prompt", required = true, description = "What the text begins with.")
  private String prompt = "";

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "48",
      description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description = "0 takes the likeliest token always (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--handovers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How often the generation may pass to another worker, 0..3 (default: ${DEFAULT-VALUE}).")
  private int handovers;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = BuiltInModel.NAME,
      description = "A registered model's name (default: ${DEFAULT-VALUE}).")
  private String model = BuiltInModel.NAME;

  @Option(
      names = "--private",
      description =
          "Encrypt openings and results to you, the coordinator, the authors and the checkers; then"
              + " nobody else can audit the answer.")
  private boolean inPrivate;

  @Option(
      names = "--worker-wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Longest to wait until enough workers are ready; then the request ends and costs nothing"
              + " (default: as long as the log's parameters say, which is the most).")
  private int workerWait;

  SubmitCommand() {}

  @Override
  public Integer call() {
    try (RequesterClient client = requester.connect()) {
      RequestDraft open = checked(client);
      RequestDraft draft = inPrivate ? client.inPrivate(open) : open;
      PrintWriter out = spec.commandLine().getOut();
      out.println("request " + client.submit(draft));
      out.flush();
      Optional<Parameters> terms = client.registry().parameters().map(Parameters::of);
      return wait.wanted()
          ? wait.follow(client, terms, draft.requestId(), result -> show(result, out), out)
          : answer(client, terms, draft.requestId(), out);
    } catch (RequestFailed e) {
      throw CommandFailure.unreachable(e.getMessage());
    }
  }

  private RequestDraft checked(RequesterClient client) throws RequestFailed {
    RegistrySnapshot known = client.registry();
    ModelRegistered registered =
        known
            .model(model)
            .orElseThrow(() ->
                CommandFailure.usage(
                    "no model '%s' is registered; there is %s"
                        .formatted(
                            model,
                            known.models().values().stream()
                                .map(ModelRegistered::getName)
                                .toList())));
    RequestDraft draft = draft(client);
    known
        .parameters()
        .map(Parameters::of)
        .flatMap(terms ->
            RequestLimits.fault(Asked.of(draft), registered, terms, RequestLimits.UNCOUNTED))
        .ifPresent(fault -> {
          throw CommandFailure.usage(fault.text());
        });
    return draft;
  }

  private RequestDraft draft(RequesterClient client) throws RequestFailed {
    try {
      return client
          .draft(model, prompt, maxTokens, temperature, handovers)
          .waitingAtMost(RestOption.ticks("--worker-wait", workerWait));
    } catch (ArithmeticException e) {
      throw CommandFailure.usage("--max-tokens is far too large: " + maxTokens);
    }
  }

  /** Admission answers at once where a coordinator is there; what comes later is for status. */
  private int answer(
      RequesterClient client, Optional<Parameters> terms, String requestId, PrintWriter out) {
    Optional<Result> first = Optional.empty();
    try (ResultFeed feed = client.results(requestId)) {
      first = feed.next(ADMISSION);
    }
    if (first.filter(result -> result.getKind() == ResultKind.REFUSED).isPresent()) {
      out.println("REFUSED (" + first.get().getReason() + ")");
      return ExitCode.BAD;
    }
    out.println(
        "%s; look later with: ./verillm status %s"
            .formatted(
                first.isPresent()
                    ? "accepted"
                    : "posted, not answered within "
                        + ADMISSION.toSeconds()
                        + " s"
                        + terms.map(SubmitCommand::patience).orElse(""),
                requestId));
    return ExitCode.OK;
  }

  private static String patience(Parameters terms) {
    return terms.waitTicks() > 0
        ? ", and may wait %d s for workers that rest".formatted(WaitOption.restSeconds(terms))
        : "";
  }

  private static void show(Result result, PrintWriter out) {
    switch (result.getKind()) {
      case STARTED -> out.print("unverified: ");
      case UNVERIFIED -> out.print(result.getText());
      case DECIDED -> out.printf("%n%s, final if nobody disputes it", result.getReason());
      case REFUSED, FINAL -> {
        // Told with the public verdicts, when the wait is over.
      }
    }
    out.flush();
  }
}
