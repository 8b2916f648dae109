package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.FlagKind;
import io.verillm.events.FundAccount;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Score;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSettlement;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sim.Estimate.Cell;
import io.verillm.protocol.sim.SignalCrowd.Strategy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The game that section 11 computes w for: votes are signals that cost nothing to forge, nobody
 * loses S_open, verdicts are right, and the only bad cases are BAD flags. Draws, settlement, peer
 * prediction and flags are the real ones, on the real ledger. The whole protocol is harder on
 * cheats than this; this is what money alone achieves.
 */
final class SignalGame {
  private static final int CASES_PER_SCORING = 2_000;
  private static final int SEGMENT_START = 12;
  private static final long STAKE = 100_000_000_000L;
  private static final long FUNDS = 1_000_000_000_000_000L;

  private final HonestyBound bound;
  private final SignalCrowd crowd;
  private final Parameters parameters;
  private final long seed;
  private final Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
  private final List<Candidate> candidates = new ArrayList<>();
  private final Map<String, Strategy> strategies = new TreeMap<>();
  private final Map<String, Map<Long, Cell>> cells = new HashMap<>();
  private long commands;
  private long scoringEpoch;

  private SignalGame(HonestyBound bound, double weight, long seed) {
    this.bound = bound;
    this.crowd = new SignalCrowd(bound);
    this.parameters =
        SimulationSettings.of(seed, 1, bound.checkers()).withMoney(weight, 0).parameters();
    this.seed = seed;
  }

  /**
   * Plays.
   *
   * @param bound error rates, flags and share of Byzantine workers
   * @param weight w in c
   * @return payoff of each strategy in c for one check
   */
  static Map<Strategy, Estimate> play(HonestyBound bound, double weight, int cases, long seed) {
    return new SignalGame(bound, weight, seed).play(cases);
  }

  private Map<Strategy, Estimate> play(int cases) {
    apply(new FundAccount("fund/treasury", Accounts.TREASURY, FUNDS));
    apply(new FundAccount("fund/requester", SimulatedRequest.REQUESTER, FUNDS));
    enrol();
    for (int number = 0; number < cases; number++) {
      settle(number);
      if ((number + 1) % CASES_PER_SCORING == 0) {
        close(number + 1 == cases);
      }
    }
    if (cases % CASES_PER_SCORING != 0) {
      close(true);
    }
    Map<Strategy, Collection<Cell>> byStrategy = new EnumMap<>(Strategy.class);
    cells.forEach((worker, epochs) ->
        byStrategy
            .computeIfAbsent(strategies.get(worker), s -> new ArrayList<>())
            .addAll(epochs.values()));
    Map<Strategy, Estimate> payoffs = new EnumMap<>(Strategy.class);
    byStrategy.forEach((strategy, all) -> payoffs.put(strategy, Estimate.ofCells(all)));
    return payoffs;
  }

  private void enrol() {
    for (int i = 0; i < SignalCrowd.WORKERS; i++) {
      String id = "w-%04d".formatted(i);
      strategies.put(id, crowd.strategy(i));
      candidates.add(new Candidate(id, 1));
      apply(new FundAccount("fund/" + id, Accounts.stake(id), STAKE));
    }
  }

  private void settle(int number) {
    SplittableRandom random = Noise.of(seed, 41, number);
    FlagKind flag = flag(random.nextDouble());
    SimulatedRequest request = new SimulatedRequest(number, 0, flag, 0);
    boolean bad = flag == FlagKind.BAD;
    Hash drawn = HashInput.of("signal-draw").add(seed).add(number).hash();
    List<VerdictMember> members = new ArrayList<>();
    List<CaseVote> votes = new ArrayList<>();
    for (String worker : CommitteeDraw.draw(drawn, candidates, bound.checkers())) {
      boolean reject = crowd.rejects(strategies.get(worker), bad, random);
      votes.add(new CaseVote(worker, reject, true));
      members.add(member(number, worker, reject));
    }
    Accepted accepted = request.accepted(request.input(drawn), bound.checkers(), 1);
    apply(
        new ReserveEscrow("reserve/" + number, request.id(), 0, SimulatedRequest.REQUESTER, 1L, 0));
    VerdictOutcome outcome = bad ? VerdictOutcome.REJECTED : VerdictOutcome.ACCEPTED;
    SettleCase plain =
        new SettleCase(
            "settle/" + number,
            request.id(),
            0,
            outcome.name(),
            SimulatedRequest.REQUESTER,
            List.of(),
            List.of(),
            votes,
            "",
            true,
            parameters.peerWeight());
    SettleCase flagged =
        FlagSettlement.of(
            plain,
            verdict(request, outcome, members),
            accepted,
            SEGMENT_START,
            flag,
            parameters.toEvent());
    apply(flagged);
    votes.forEach(v -> add(v.getWorker(), -strategies.get(v.getWorker()).cost(), 1));
    for (CaseSlash slash : flagged.getSlashes()) {
      add(slash.getWorker(), -(double) slash.getAmount() / Parameters.UNITS_PER_CHECK, 0);
    }
  }

  private FlagKind flag(double drawn) {
    if (drawn < bound.badFlags()) {
      return FlagKind.BAD;
    }
    return drawn < bound.badFlags() + bound.goodFlags() ? FlagKind.GOOD : FlagKind.NONE;
  }

  private static VerdictMember member(int number, String worker, boolean reject) {
    Hash task = HashInput.of("signal-task").add(number).add(worker).hash();
    return new VerdictMember(
        Wire.buffer(task),
        worker,
        MemberRole.CHECKER,
        1,
        reject ? MemberDecision.REJECT : MemberDecision.ACCEPT,
        "",
        false);
  }

  private static Verdict verdict(
      SimulatedRequest request, VerdictOutcome outcome, List<VerdictMember> members) {
    return new Verdict(
        request.id(),
        0,
        1,
        outcome,
        true,
        "",
        0L,
        "none",
        "",
        List.of(),
        0,
        SEGMENT_START + 1,
        List.of(),
        members,
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  private void close(boolean drain) {
    LedgerEffects effects =
        apply(new CloseScoringEpoch("close/" + scoringEpoch, scoringEpoch, drain, 0L));
    for (Score score : effects.scores()) {
      add(score.getWorker(), (double) score.getPaid() / Parameters.UNITS_PER_CHECK, 0);
    }
    scoringEpoch++;
  }

  private LedgerEffects apply(SpecificRecord command) {
    return ledger.apply(commands++, command);
  }

  private void add(String worker, double c, long checks) {
    cells
        .computeIfAbsent(worker, unknown -> new HashMap<>())
        .merge(scoringEpoch, new Cell(c, checks), (a, b) -> a.plus(b.sum(), b.count()));
  }
}
