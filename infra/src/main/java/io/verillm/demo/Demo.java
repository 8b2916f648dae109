package io.verillm.demo;

import io.verillm.events.VerdictOutcome;
import io.verillm.local.LocalStack;
import io.verillm.local.PublicFeed;
import io.verillm.local.StackFailed;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestFailed;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.access.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts requests to a fresh local stack, watches them to their end, and sums up. */
public final class Demo {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(30);

  /** Request ids contain a time; a fixed one makes a seed's ids repeatable. */
  private static final Clock ID_CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

  private final LocalStack stack;
  private final DemoOptions options;
  private final ProgressView view;
  private final RunTally tally = new RunTally();

  /** A demo on a stack that has not seen a request yet. */
  public Demo(LocalStack stack, DemoOptions options, ProgressView view) {
    this.stack = stack;
    this.options = options;
    this.view = view;
  }

  /**
   * Runs it.
   *
   * @throws DemoUnfinished if the requests do not end in minutes
   * @throws StackFailed if a part of the stack is not well at the end
   * @throws RequestFailed if the broker does not take a request
   */
  public DemoReport run() throws DemoUnfinished, RequestFailed, StackFailed, InterruptedException {
    try (PublicFeed feed =
            PublicFeed.open(
                stack.as(Principal.REQUESTER), PublicFeed.topicsOf(stack.catalogue()), tally::add);
        RequesterClient client =
            RequesterClient.connect(
                stack.as(Principal.REQUESTER),
                stack.keys().requester(),
                ID_CLOCK,
                new SplittableRandom(options.seed()))) {
      List<RequestDraft> drafts = DemoDrafts.of(client, stack.catalogue(), options);
      tally.only(drafts.stream().map(RequestDraft::requestId).collect(Collectors.toSet()));
      long begin = System.nanoTime();
      Duration cpu = processorTime();
      for (RequestDraft draft : drafts) {
        client.submit(draft);
      }
      watch(drafts.size());
      double wallSeconds = (System.nanoTime() - begin) / 1e9;
      double cpuSeconds = processorTime().minus(cpu).toNanos() / 1e9;
      awaitFlags();
      settle();
      List<RequestRow> rows = rows(client, drafts);
      stack.awaitTables();
      return report(rows, stack.audit().identical(), wallSeconds, cpuSeconds);
    }
  }

  /** Of this process, which holds the whole stack; zero where the system does not tell. */
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void watch(int requests) throws DemoUnfinished, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (view) {
      while (!tally.await(t -> t.ended() >= requests, LOOK)) {
        view.show(tally);
        if (stack.failure().isPresent()) {
          throw new DemoUnfinished("a part of the stack failed: " + stack.failure().get());
        }
        if (System.nanoTime() > deadline) {
          throw new DemoUnfinished(
              tally.ended() + " of " + requests + " requests ended within " + PATIENCE);
        }
      }
      view.show(tally);
    }
  }

  /** What workers have planted comes to its end too; they plant no more. */
  private void awaitFlags() throws DemoUnfinished, InterruptedException {
    Set<String> planted = stack.pauseFlags();
    if (!tally.await(t -> t.haveEnded(planted), PATIENCE)) {
      throw new DemoUnfinished("not all " + planted.size() + " flags ended within " + PATIENCE);
    }
  }

  private void settle() throws DemoUnfinished, InterruptedException {
    if (!tally.await(RunTally::isSettled, SETTLE_PATIENCE)) {
      throw new DemoUnfinished("not every case was settled within " + SETTLE_PATIENCE);
    }
    if (!tally.verdicts().isEmpty()) {
      long epoch = stack.closeScoringEpoch();
      if (!tally.await(t -> t.hasScores(epoch), SETTLE_PATIENCE)) {
        LOG.atWarn().addKeyValue("scoringEpoch", epoch).log("closed without a score");
      }
    }
  }

  private List<RequestRow> rows(RequesterClient client, List<RequestDraft> drafts) {
    List<RequestRow> rows = new ArrayList<>();
    for (RequestDraft draft : drafts) {
      RequestOutcome outcome = client.status(draft.requestId());
      rows.add(RequestRow.of(draft.prompt(), outcome, tally.verdicts(draft.requestId())));
    }
    return rows;
  }

  private DemoReport report(
      List<RequestRow> rows, boolean identical, double wallSeconds, double cpuSeconds) {
    Map<String, VerdictOutcome> outcomes = tally.outcomes();
    ModelBill bill = ModelBill.of(stack.modelTime(), cpuSeconds, tally.checks(), tally.handovers());
    DemoOutcome outcome =
        new DemoOutcome(
            rows.size(),
            count(outcomes, VerdictOutcome.ACCEPTED),
            count(outcomes, VerdictOutcome.REJECTED),
            count(outcomes, VerdictOutcome.INCONCLUSIVE),
            count(outcomes, VerdictOutcome.EXPIRED),
            tally.verdicts().size(),
            tally.workers(stack.plan().behaviours()),
            tally.ledgerSum(),
            identical,
            bill.generate(),
            bill.verify(),
            wallSeconds);
    return new DemoReport(
        rows, FlagReport.of(tally), outcome, bill, stack.keys().coordinatorKey().hex());
  }

  private static int count(Map<String, VerdictOutcome> outcomes, VerdictOutcome wanted) {
    return (int) outcomes.values().stream().filter(wanted::equals).count();
  }
}
