package io.verillm.protocol.sim;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.FlagKind;
import io.verillm.events.Score;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.protocol.sim.Estimate.Cell;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.CheckerPlan;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts who earned what and who was caught. */
final class Tally {
  private final Map<String, Worker> workers;
  private final Map<Role, Map<String, Cell>> cells = new TreeMap<>();
  private final Map<String, Caught> authors = new TreeMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final Map<String, Cell> work = new HashMap<>();
  private long scoringEpoch;
  private long falselyRejected;
  private long honestCases;
  private long falselySlashed;
  private long honestChecks;
  private long checks;
  private long secondRounds;
  private long slashed;

  /** A behaviour in one of its two roles. */
  record Role(String behaviour, boolean author) implements Comparable<Role> {
    @Override
    public int compareTo(Role other) {
      int byName = behaviour.compareTo(other.behaviour);
      return byName != 0 ? byName : Boolean.compare(author, other.author);
    }
  }

  /** How often something was tried and found. */
  record Caught(long found, long tried) {
    Caught plus(boolean hit) {
      return new Caught(found + (hit ? 1 : 0), tried + 1);
    }
  }

  Tally(Map<String, Worker> workers) {
    this.workers = workers;
  }

  /** A case is over. */
  void settled(RequestInHand request, Verdict verdict, SettleCase settle) {
    Map<ByteBuffer, Double> moved = new HashMap<>();
    for (CasePayment payment : settle.getPayments()) {
      moved.merge(payment.getTaskId(), (double) payment.getAmount(), Double::sum);
    }
    for (CaseSlash slash : settle.getSlashes()) {
      moved.merge(slash.getTaskId(), -(double) slash.getAmount(), Double::sum);
      slashed(request, slash);
    }
    outcomes.merge(verdict.getOutcome().name(), 1L, Long::sum);
    secondRounds += verdict.getRound() == 2 ? 1 : 0;
    for (TaskInHand task : request.tasks) {
      work.merge(
          task.worker().id(), new Cell(task.cost(), 1), (a, b) -> a.plus(b.sum(), b.count()));
      boolean flagged = task.isAuthor() && request.request.flag() != FlagKind.NONE;
      if (!flagged) {
        double units = moved.getOrDefault(Wire.buffer(task.taskId()), 0.0);
        add(task.worker(), task.isAuthor(), units / Parameters.UNITS_PER_CHECK - task.cost(), 1);
      }
      checks += task.isAuthor() ? 0 : 1;
      honestChecks += isHonestChecker(task) ? 1 : 0;
    }
    author(request, verdict.getOutcome());
  }

  /** A dispute is over: who lost it has lost its bond. */
  void bond(RequestInHand request, Parameters parameters, boolean returned) {
    TaskInHand disputer = request.disputer;
    if (disputer != null && !returned) {
      long bond = parameters.bond(request.accepted.getCheckers());
      add(disputer.worker(), false, -(double) bond / Parameters.UNITS_PER_CHECK, 0);
    }
  }

  private void slashed(RequestInHand request, CaseSlash slash) {
    slashed += slash.getAmount();
    boolean honest =
        request.tasks.stream()
            .filter(t -> Wire.buffer(t.taskId()).equals(slash.getTaskId()))
            .anyMatch(Tally::isHonestChecker);
    if (honest && slash.getKind().equals(SettlementKinds.SLASH_OPENING)) {
      falselySlashed++;
    }
  }

  private static boolean isHonestChecker(TaskInHand task) {
    return !task.isAuthor() && task.checkerPlan().equals(CheckerPlan.HONEST);
  }

  private void author(RequestInHand request, VerdictOutcome outcome) {
    TaskInHand author = request.author;
    if (author == null) {
      return;
    }
    if (author.authorPlan().equals(AuthorPlan.HONEST)) {
      honestCases++;
      falselyRejected += outcome == VerdictOutcome.REJECTED ? 1 : 0;
      return;
    }
    String name =
        request.request.flag() == FlagKind.BAD ? "bad-flag" : author.worker().behaviour().name();
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
          false,
          (double) score.getPaid() / Parameters.UNITS_PER_CHECK,
          0);
    }
    scoringEpoch++;
  }

  private void add(Worker worker, boolean author, double c, long tasks) {
    Role role = new Role(worker.behaviour().name(), author);
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

  /** Mean payoff of a behaviour in one role, in c for one task. */
  Estimate payoff(String behaviour, boolean author) {
    return Estimate.ofCells(cells.getOrDefault(new Role(behaviour, author), Map.of()).values());
  }

  Map<String, Estimate> detection() {
    Map<String, Estimate> rates = new TreeMap<>();
    authors.forEach((name, c) -> rates.put(name, Estimate.ofShare(c.found(), c.tried())));
    return rates;
  }

  Estimate falseRejections() {
    return Estimate.ofShare(falselyRejected, honestCases);
  }

  Estimate falseSlashes() {
    return Estimate.ofShare(falselySlashed, honestChecks);
  }

  Map<String, Long> outcomes() {
    return Map.copyOf(outcomes);
  }

  long checks() {
    return checks;
  }

  long secondRounds() {
    return secondRounds;
  }

  double slashedC() {
    return (double) slashed / Parameters.UNITS_PER_CHECK;
  }
}
