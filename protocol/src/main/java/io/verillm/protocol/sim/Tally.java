package io.verillm.protocol.sim;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.Challenge;
import io.verillm.events.FlagKind;
import io.verillm.events.Score;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.protocol.sim.Estimate.Cell;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts who earned what and who was caught. */
final class Tally {
  private static final Set<String> AUTHORING = Set.of(SettlementKinds.AUTHOR, SettlementKinds.FLAG);

  /** What a worker is paid for. */
  enum Part {
    AUTHOR,
    CHECKER,
    /** Author of a request that it planted, and paid for. */
    SENTINEL
  }

  private static final Set<String> CHECKING =
      Set.of(
          SettlementKinds.SLASH_OPENING,
          SettlementKinds.SLASH_BAD_FLAG,
          SettlementKinds.SLASH_GOOD_FLAG);

  private final Map<String, Worker> workers;
  private final Map<Role, Map<String, Cell>> cells = new HashMap<>();
  private final Map<String, Caught> authors = new TreeMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final Map<String, Cell> work = new HashMap<>();
  private Extent extent = Extent.NONE;
  private long scoringEpoch;
  private final Map<String, Long> losses = new TreeMap<>();
  private long falselyRejected;
  private long notAccepted;
  private long honestSegments;
  private long honestParts;
  private long checks;
  private long reads;
  private long secondRounds;
  private long slashed;

  /** A behaviour in one of its parts. */
  private record Role(String behaviour, Part part) {}

  /** How often something was tried and found. */
  record Caught(long found, long tried) {
    Caught plus(boolean hit) {
      return new Caught(found + (hit ? 1 : 0), tried + 1);
    }
  }

  Tally(Map<String, Worker> workers) {
    this.workers = workers;
  }

  void challenged(Challenge challenge) {
    extent = extent.plus(challenge);
  }

  Extent extent() {
    return extent;
  }

  /**
   * All cases of a request are over.
   *
   * @param charged what it has cost its requester, in units
   */
  void settled(RequestInHand request, long charged) {
    Map<ByteBuffer, Double> asAuthor = new HashMap<>();
    Map<ByteBuffer, Double> asChecker = new HashMap<>();
    for (RequestInHand.Ended ended : request.ended) {
      for (CasePayment payment : ended.settle().getPayments()) {
        (AUTHORING.contains(payment.getKind()) ? asAuthor : asChecker)
            .merge(payment.getTaskId(), (double) payment.getAmount(), Double::sum);
      }
      for (CaseSlash slash : ended.settle().getSlashes()) {
        TaskInHand task = request.task(slash.getTaskId());
        boolean check = !task.isAuthor() || task.isChecker() && CHECKING.contains(slash.getKind());
        (check ? asChecker : asAuthor)
            .merge(slash.getTaskId(), -(double) slash.getAmount(), Double::sum);
        slashed += slash.getAmount();
        if (check ? isHonestChecker(task) : isHonestAuthor(request, task)) {
          losses.merge(slash.getKind(), 1L, Long::sum);
        }
      }
      outcomes.merge(ended.verdict().getOutcome().name(), 1L, Long::sum);
      secondRounds += ended.verdict().getRound() == 2 ? 1 : 0;
    }
    for (TaskInHand task : request.tasks) {
      ByteBuffer id = Wire.buffer(task.taskId());
      work.merge(
          task.worker().id(), new Cell(task.cost(), 1), (a, b) -> a.plus(b.sum(), b.count()));
      if (task.isAuthor()) {
        boolean planted = hasPlanted(request, task);
        double spent = planted ? (double) charged / Parameters.UNITS_PER_CHECK : 0;
        work.merge(task.worker().id(), new Cell(spent, 0), (a, b) -> a.plus(b.sum(), b.count()));
        earned(
            task,
            planted ? Part.SENTINEL : Part.AUTHOR,
            asAuthor.getOrDefault(id, 0.0),
            task.written().cost() + spent);
        honestParts += isHonestAuthor(request, task) ? 1 : 0;
      }
      if (task.isChecker()) {
        earned(task, Part.CHECKER, asChecker.getOrDefault(id, 0.0), task.checkerPlan().cost());
      }
      checks += task.isAuthor() ? 0 : 1;
      reads += task.isAuthor() && task.isChecker() ? 1 : 0;
      honestParts += isHonestChecker(task) ? 1 : 0;
    }
    for (int segment = 0; segment < request.ended.size(); segment++) {
      if (request.hasAuthor(segment)) {
        author(request, request.author(segment), request.ended.get(segment).verdict().getOutcome());
      }
    }
  }

  private void earned(TaskInHand task, Part part, double units, double cost) {
    add(task.worker(), part, units / Parameters.UNITS_PER_CHECK - cost, 1);
  }

  /** A dispute is over: who lost it has lost its bond. */
  void bond(RequestInHand request, Parameters parameters, boolean returned) {
    TaskInHand disputer = request.disputer;
    if (disputer != null && !returned) {
      long bond = parameters.bond(request.accepted.getCheckers());
      add(disputer.worker(), Part.CHECKER, -(double) bond / Parameters.UNITS_PER_CHECK, 0);
    }
  }

  /** Whether it wrote a request of its own: who replaces it does not know of the flag. */
  private static boolean hasPlanted(RequestInHand request, TaskInHand task) {
    return request.request.flag() != FlagKind.NONE && task.assign().attempt() == 0;
  }

  /** A sentinel that cheats where a BAD flag is due is as honest as can be. */
  private static boolean isHonestAuthor(RequestInHand request, TaskInHand task) {
    return hasPlanted(request, task)
        ? !task.worker().behaviour().cheatsAsSentinel()
        : task.authorPlan().equals(AuthorPlan.HONEST);
  }

  private static boolean isHonestChecker(TaskInHand task) {
    return task.isChecker() && task.checkerPlan().equals(CheckerPlan.HONEST);
  }

  private void author(RequestInHand request, TaskInHand author, VerdictOutcome outcome) {
    if (author.authorPlan().equals(AuthorPlan.HONEST)) {
      honestSegments++;
      notAccepted += outcome == VerdictOutcome.ACCEPTED ? 0 : 1;
      falselyRejected += outcome == VerdictOutcome.REJECTED ? 1 : 0;
      return;
    }
    Behaviour behaviour = author.worker().behaviour();
    String name =
        request.request.flag() == FlagKind.BAD && !behaviour.cheatsAsSentinel()
            ? "bad-flag"
            : behaviour.name();
    boolean found = outcome != VerdictOutcome.ACCEPTED;
    authors.merge(
        name,
        new Caught(found ? 1 : 0, 1),
        (a, b) -> new Caught(a.found() + b.found(), a.tried() + b.tried()));
  }

  /** A scoring epoch was closed. */
  void scored(LedgerEffects effects) {
    for (Score score : effects.scores()) {
      add(
          workers.get(score.getWorker()),
          Part.CHECKER,
          (double) score.getPaid() / Parameters.UNITS_PER_CHECK,
          0);
    }
    scoringEpoch++;
  }

  private void add(Worker worker, Part part, double c, long tasks) {
    Role role = new Role(worker.behaviour().name(), part);
    cells
        .computeIfAbsent(role, unknown -> new HashMap<>())
        .merge(
            worker.id() + "/" + scoringEpoch,
            new Cell(c, tasks),
            (a, b) -> a.plus(b.sum(), b.count()));
  }

  /** What a worker's tasks have cost it in c, and how many there were. */
  Cell work(String worker) {
    return work.getOrDefault(worker, new Cell(0, 0));
  }

  /** Mean payoff of a behaviour in one part, in c for one task. */
  Estimate payoff(String behaviour, Part part) {
    return Estimate.ofCells(cells(behaviour, part).values());
  }

  /** Mean payoff in all parts together, in c for one task: what staying away is compared with. */
  Estimate payoff(String behaviour) {
    Map<String, Cell> all = new HashMap<>();
    for (Part part : Part.values()) {
      cells(behaviour, part)
          .forEach((cell, c) -> all.merge(cell, c, (a, b) -> a.plus(b.sum(), b.count())));
    }
    return Estimate.ofCells(all.values());
  }

  private Map<String, Cell> cells(String behaviour, Part part) {
    return cells.getOrDefault(new Role(behaviour, part), Map.of());
  }

  Map<String, Estimate> detection() {
    Map<String, Estimate> rates = new TreeMap<>();
    authors.forEach((name, c) -> rates.put(name, Estimate.ofShare(c.found(), c.tried())));
    return rates;
  }

  Estimate falseRejections() {
    return Estimate.ofShare(falselyRejected, honestSegments);
  }

  /** Share of honest segments that nobody paid for, rejected or not. */
  Estimate honestNotAccepted() {
    return Estimate.ofShare(notAccepted, honestSegments);
  }

  /** Share of honest work, of authors, checkers and sentinels, that was slashed for anything. */
  Estimate falseSlashes() {
    return Estimate.ofShare(losses.values().stream().mapToLong(Long::longValue).sum(), honestParts);
  }

  /** How often honest work lost something, by the kind of slash. */
  Map<String, Long> losses() {
    return losses;
  }

  Map<String, Long> outcomes() {
    return Map.copyOf(outcomes);
  }

  long checks() {
    return checks;
  }

  /** Checks by authors that went on with an answer. */
  long reads() {
    return reads;
  }

  long secondRounds() {
    return secondRounds;
  }

  double slashedC() {
    return (double) slashed / Parameters.UNITS_PER_CHECK;
  }
}
