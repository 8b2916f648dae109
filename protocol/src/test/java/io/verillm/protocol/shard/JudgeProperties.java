package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.VoteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Checkers of a kind share one computation. Whatever members opened, in whatever order, a checker's
 * vote is that of a case in which nobody else checks.
 */
class JudgeProperties {
  private static final TestRequest REQUEST = TestRequest.standard();
  private static final CaseGround GROUND =
      new CaseGround(
          REQUEST.accepted(),
          REQUEST.input(),
          TestModel.registered(),
          List.of(REQUEST.size()),
          1,
          0);
  private static final VoteRule RULE = new VoteRule(GROUND, Optional.of(TestModel.calibration()));
  private static final List<DrawnChallenge> CHALLENGES = challenges();
  private static final Hash OTHER_OUTPUT = HashInput.of("another output").hash();

  /** What a member may have computed, and the openings of each challenge that show it. */
  private static final Map<Kind, List<OpenedTask>> AUTHORED = opened(FinishReason.EOS);

  private static final Map<Kind, List<OpenedTask>> CHECKED = opened(FinishReason.NONE);

  private enum Kind {
    HONEST,
    UNSURE_ROWS,
    OTHER_ROWS,
    OTHER_TOKENS,
    OTHER_OUTPUT,
    OTHER_EVIDENCE
  }

  private static List<DrawnChallenge> challenges() {
    int boundaries = TestModel.boundaries();
    Hash seed = HashInput.of("draw").hash();
    List<OpenedPosition> first = PositionDraw.first(seed, GROUND.span(), boundaries);
    Set<Integer> taken = first.stream().map(OpenedPosition::position).collect(Collectors.toSet());
    List<OpenedPosition> second = PositionDraw.second(seed, GROUND.span(), boundaries, taken);
    return List.of(
        new DrawnChallenge(1, 1, first, List.of()), new DrawnChallenge(1, 2, second, List.of()));
  }

  private static Map<Kind, List<OpenedTask>> opened(FinishReason reason) {
    Map<Kind, List<OpenedTask>> openings = new HashMap<>();
    for (Kind kind : Kind.values()) {
      openings.put(kind, CHALLENGES.stream().map(c -> opened(kind, reason, c)).toList());
    }
    return openings;
  }

  private static OpenedTask opened(Kind kind, FinishReason reason, DrawnChallenge challenge) {
    Behaviour behaviour = new Behaviour();
    behaviour.noise = kind == Kind.UNSURE_ROWS ? 16 : kind == Kind.OTHER_ROWS ? 1_000 : 0;
    behaviour.otherTokens = kind == Kind.OTHER_TOKENS ? 1 : 0;
    Trace trace = TestModel.trace(REQUEST, behaviour);
    TokenEvidence own = new TokenEvidence(RankClass.OWN_CHOICE, 0);
    TokenEvidence bad = new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    return new OpenedTask(
        new NumericProfile(TestModel.PROFILE, RowType.FP32),
        trace.root(),
        trace.size(),
        kind == Kind.OTHER_OUTPUT ? OTHER_OUTPUT : REQUEST.outputHash(0),
        reason,
        EvidenceVector.of(
            TestModel.repeated(REQUEST.output(), kind == Kind.OTHER_EVIDENCE ? bad : own), own),
        challenge.positions().stream()
            .map(p ->
                trace.open(p.position(), trace.size(), p.boundary(), TestModel.boundaries() - 1))
            .toList());
  }

  private static MemberState member(boolean author, int number) {
    Hash id = HashInput.of("task").add(number).hash();
    TaskState task =
        new TaskState(id, new byte[0], "w-0" + number, author, author ? 0 : 1, author ? 0 : 1, 0);
    return author ? MemberState.author(task) : MemberState.checker(task);
  }

  /** Members with what each has computed, and what the coordinator says its output is. */
  private record Case(CaseState found, List<Kind> kinds, List<Hash> outputs, Judge judge) {
    static Case of(List<MemberState> members, List<Kind> kinds, List<Hash> outputs) {
      CaseState found = new CaseState(0);
      found.round = 1;
      found.members.addAll(members);
      found.challenges.addAll(CHALLENGES);
      Judge judge =
          new Judge(
              found,
              GROUND,
              RULE,
              () -> new byte[32],
              member -> outputs.get(members.indexOf(member)));
      return new Case(found, kinds, outputs, judge);
    }

    /** The vote where only the author and this checker have opened, for the first time. */
    Optional<CaseOutcome> alone(int checker) {
      List<MemberState> pair = new ArrayList<>();
      for (int i : List.of(0, checker)) {
        MemberState fresh = member(i == 0, i);
        fresh.openings.putAll(found.members.get(i).openings);
        pair.add(fresh);
      }
      Case alone =
          of(
              pair,
              List.of(kinds.getFirst(), kinds.get(checker)),
              List.of(outputs.getFirst(), outputs.get(checker)));
      return alone.judge.outcome(pair.getLast());
    }

    void open(int member) {
      MemberState opening = found.members.get(member);
      int part = opening.openings.size();
      if (part < CHALLENGES.size()) {
        Map<Kind, List<OpenedTask>> openings = member == 0 ? AUTHORED : CHECKED;
        opening.openings.put(part, openings.get(kinds.get(member)).get(part));
      }
    }
  }

  @Property(tries = 300)
  void shouldGiveEachCheckerTheVoteThatItWouldHaveAlone(@ForAll long seed) {
    Random random = new Random(seed);
    int checkers = 2 + random.nextInt(4);
    List<Kind> kinds = IntStream.rangeClosed(0, checkers).mapToObj(i -> kind(random)).toList();
    List<Hash> outputs =
        IntStream.rangeClosed(0, checkers)
            .mapToObj(i -> random.nextInt(4) == 0 ? OTHER_OUTPUT : REQUEST.outputHash(0))
            .toList();
    Case played =
        Case.of(
            IntStream.rangeClosed(0, checkers).mapToObj(i -> member(i == 0, i)).toList(),
            kinds,
            outputs);

    for (int step = 0; step < 8 * checkers; step++) {
      played.open(random.nextInt(checkers + 1));
      int asked = 1 + random.nextInt(checkers);
      assertThat(played.judge().outcome(played.found().members.get(asked)))
          .as("checker %d of %s, expected %s", asked, kinds, outputs)
          .isEqualTo(played.alone(asked));
    }
  }

  /** Half of them compute alike. */
  private static Kind kind(Random random) {
    return random.nextBoolean() ? Kind.HONEST : Kind.values()[random.nextInt(Kind.values().length)];
  }
}
