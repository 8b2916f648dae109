package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.Posting;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.sim.adversary.Gallery;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One run: a population, a stream of requests, and the deciding code between them, in virtual time.
 * Equal settings give equal runs to the last byte. To replay a failing run, run its seed again: the
 * step in the message is the same.
 */
public final class Simulation {
  static final List<String> WITNESSES = List.of("wit-1", "wit-2");

  /** Requests that arrive within one epoch. */
  private static final int BATCH = 32;

  /** Virtual time of an epoch: two seconds. */
  private static final int TICKS_PER_EPOCH = 8;

  /** Epochs of 2,400 ticks. */
  private static final int EPOCHS_PER_SCORING = 2_400 / TICKS_PER_EPOCH;

  private final SimulationSettings settings;
  private final Parameters parameters;
  private final KeyRing keys;
  private final Cast cast;
  private final HonestRuns honestRuns;
  private final World world;
  private final SimCoordinator coordinator;
  private final CoreDriver core;
  private final Consumer<Effect> watcher;
  private final Parties parties;
  private final Invariants invariants;
  private final Tally tally;
  private final TreasuryFlow.Count treasury = new TreasuryFlow.Count();
  private final Shortfall.Count shortfall = new Shortfall.Count();
  private final RequestStream requests;
  private final DecisionDigest decisions = new DecisionDigest();
  private int epochs;

  /**
   * A run.
   *
   * @param cast who takes part
   * @param honestRuns what coalitions are set beside
   */
  private Simulation(
      SimulationSettings settings,
      KeyRing keys,
      SimLog log,
      Consumer<Effect> watcher,
      Cast cast,
      HonestRuns honestRuns) {
    this.watcher = watcher;
    this.cast = cast;
    this.honestRuns = honestRuns;
    this.settings = settings;
    this.parameters = settings.parameters();
    this.keys = keys;
    this.world = new World(settings.seed(), Distributions.builtIn());
    this.coordinator = new SimCoordinator(keys, settings.seed());
    this.invariants = new Invariants(settings.seed(), Deadlines.of(parameters, TICKS_PER_EPOCH));
    this.tally = new Tally(cast.workers());
    this.core = new CoreDriver(log, keys, coordinator, settings.committee(), new Watch());
    this.parties =
        new Parties(
            new Dice(settings.seed(), settings.outliers()),
            world,
            coordinator,
            core,
            cast.workers(),
            List.copyOf(Gallery.sentinelCheats().values()),
            new SimDuties(keys, core::duty, settings.committee()));
    this.requests =
        new RequestStream(settings, world, coordinator, core, parties, cast.sentinels());
  }

  /**
   * Runs.
   *
   * @throws InvariantViolation if deciding code does what it must not
   */
  public static SimulationReport run(SimulationSettings settings) {
    return run(settings, new HonestRuns());
  }

  /** As {@link #run(SimulationSettings)}; what coalitions are set beside is played once for all. */
  public static SimulationReport run(SimulationSettings settings, HonestRuns honestRuns) {
    return run(settings, KeyRings.keys(settings), honestRuns);
  }

  /** A run with given keys. */
  static SimulationReport run(SimulationSettings settings, KeyRing keys) {
    return run(settings, keys, new HonestRuns());
  }

  private static SimulationReport run(
      SimulationSettings settings, KeyRing keys, HonestRuns honestRuns) {
    return record(settings, keys, new SimLog(keys, WITNESSES, false), effect -> {}, honestRuns);
  }

  /** A run whose log and effects are kept. */
  static SimulationReport record(
      SimulationSettings settings,
      KeyRing keys,
      SimLog log,
      Consumer<Effect> watcher,
      HonestRuns honestRuns) {
    return new Simulation(settings, keys, log, watcher, Cast.of(settings), honestRuns).run();
  }

  /** What the simulation sees of the core: invariants first. */
  private final class Watch implements CoreDriver.Observer {
    @Override
    public void on(Effect effect, @Nullable SpecificRecord event) {
      invariants.on(effect, event);
      watcher.accept(effect);
      switch (effect) {
        case Effect.Assign assign -> parties.assigned(assign);
        case Effect.Applied applied -> {
          // Only invariants look at these.
        }
        case Effect.Issued issued -> {
          // The driver has put it on the log.
        }
        case Effect.Publish publish -> published(publish.event());
      }
    }

    @Override
    public void on(SpecificRecord command, LedgerEffects effects) {
      invariants.on(command, effects);
      effects.transfers().forEach(treasury::add);
      shortfall.add(effects);
      if (command instanceof SettleCase settle) {
        settled(settle, effects);
      } else if (command instanceof SettleBond bond) {
        tally.bond(parties.request(bond.getRequestId()), parameters, bond.getReturned());
      } else if (command instanceof CloseScoringEpoch) {
        tally.scored(effects);
      }
    }
  }

  /** The last case of a request is the one that returns what is left of the escrow. */
  private void settled(SettleCase settle, LedgerEffects effects) {
    RequestInHand request = parties.request(settle.getRequestId());
    request.ended.add(new RequestInHand.Ended(request.verdicts.get(settle.getSegment()), settle));
    decisions.add(settle);
    if (settle.getRefund()) {
      long refunded =
          effects.transfers().stream()
              .flatMap(transfer -> transfer.getPostings().stream())
              .filter(p -> p.getAccount().equals(SimulatedRequest.REQUESTER))
              .mapToLong(Posting::getAmount)
              .sum();
      tally.settled(request, request.accepted.getEscrow() - refunded);
      parties.forget(settle.getRequestId());
    }
  }

  private void published(SpecificRecord event) {
    switch (event) {
      case Challenge challenge -> {
        tally.challenged(challenge);
        parties.challenged(challenge);
      }
      case Verdict verdict -> {
        if (verdict.getLast()) {
          parties.ended(verdict);
        } else {
          parties.decided(verdict.getRequestId(), verdict.getSegment());
        }
      }
      default -> {
        // Commands to the ledger.
      }
    }
  }

  private SimulationReport run() {
    return report(play());
  }

  /** Plays all cases and says how many seconds of the processor they took. */
  private double play() {
    new Enrolment(keys, core)
        .register(WITNESSES, parameters, settings.money(), cast.workers().values());
    invariants.at(core.tick());
    long began = processorNanos();
    int asked = 0;
    while (asked < settings.cases() || parties.open() > 0) {
      int until = Math.min(settings.cases(), asked + BATCH);
      for (; asked < until; asked++) {
        requests.ask(asked);
      }
      requests.admit();
      parties.act();
      core.close(TICKS_PER_EPOCH);
      invariants.at(core.tick());
      if (++epochs % EPOCHS_PER_SCORING == 0) {
        core.closeScoring(false);
      }
    }
    core.closeScoring(true);
    core.apply();
    long left = core.ledger().balance(Accounts.TREASURY) - settings.money().fundingUnits();
    if (left != treasury.left()) {
      throw new InvariantViolation(
          settings.seed(),
          invariants.steps(),
          "the treasury has %d more than it was funded with, its transfers say %d"
              .formatted(left, treasury.left()));
    }
    return (processorNanos() - began) / 1e9;
  }

  private Holdings holdings() {
    return Holdings.of(
        core.ledger(), cast.workers().values(), settings.money().stakeUnits(), tally);
  }

  /** What is held behind the same run in which those that behave so are honest. */
  private Holdings withoutCoalition(String behaviour) {
    Cast honest = cast.reformed(behaviour);
    return honestRuns.of(settings, honest, () -> holdings(honest));
  }

  private Holdings holdings(Cast other) {
    KeyRing same = KeyRings.keys(settings);
    SimLog log = new SimLog(same, WITNESSES, false);
    Simulation beside = new Simulation(settings, same, log, effect -> {}, other, honestRuns);
    beside.play();
    return beside.holdings();
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private SimulationReport report(double seconds) {
    SortedMap<String, Coalition> coalitions =
        Coalition.all(cast.workers().values(), holdings(), this::withoutCoalition);
    Gains gains = Gains.of(tally, cast.workers().values(), coalitions);
    return new SimulationReport(
        settings,
        invariants.steps(),
        settings.cases() / seconds,
        gains.payoffs(),
        coalitions,
        treasury.of(settings.cases()),
        shortfall.of(core.ledger(), cast.workers().values(), parameters.lock()),
        new TreeMap<>(tally.detection()),
        tally.falseRejections(),
        tally.honestNotAccepted(),
        tally.falseSlashes(),
        new TreeMap<>(tally.losses()),
        gains.deviations(),
        tally.outcomes(),
        tally.checks(),
        tally.reads(),
        world.answers(),
        tally.secondRounds(),
        tally.extent(),
        decisions.end(core.ledger().balances()));
  }
}
