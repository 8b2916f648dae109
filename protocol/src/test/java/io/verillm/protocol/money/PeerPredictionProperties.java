package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.money.PeerPrediction.ScoredCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class PeerPredictionProperties {
  private static final long WEIGHT_MAX = 1_000_000;

  @Provide
  Arbitrary<List<ScoredCase>> cases() {
    return Combinators.combine(Arbitraries.of(true, false), Arbitraries.integers().between(0, 2))
        .as(ScoredCase::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void aConstantVoteEarnsExactlyNothing(
      @ForAll boolean reject,
      @ForAll @Size(max = 60) List<@IntRange(max = 2) Integer> majorities,
      @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    List<ScoredCase> cases = majorities.stream().map(y -> new ScoredCase(reject, y)).toList();

    assertThat(PeerPrediction.payment(weight, cases)).isZero();
  }

  @Property
  void constantOthersEarnNobodyAnything(
      @ForAll @IntRange(max = 2) int majority,
      @ForAll @Size(max = 60) List<Boolean> votes,
      @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    List<ScoredCase> cases = votes.stream().map(v -> new ScoredCase(v, majority)).toList();

    assertThat(PeerPrediction.payment(weight, cases)).isZero();
  }

  @Property
  void theOrderOfCasesDoesNotMatter(
      @ForAll("cases") List<ScoredCase> cases,
      @ForAll @LongRange(max = WEIGHT_MAX) long weight,
      @ForAll long seed) {
    List<ScoredCase> shuffled = new ArrayList<>(cases);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(PeerPrediction.payment(weight, shuffled))
        .isEqualTo(PeerPrediction.payment(weight, cases));
  }

  @Property
  void theOppositeVotesEarnTheOppositeButForRounding(
      @ForAll("cases") List<ScoredCase> cases, @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    List<ScoredCase> opposite =
        cases.stream().map(c -> new ScoredCase(!c.reject(), c.doubledMajority())).toList();

    long sum = PeerPrediction.payment(weight, opposite) + PeerPrediction.payment(weight, cases);

    assertThat(sum).isBetween(-1L, 0L);
  }

  @Property
  void noWorkerOwesMoreThanTheWeightForEachCase(
      @ForAll("cases") List<ScoredCase> cases, @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    assertThat(PeerPrediction.payment(weight, cases))
        .isBetween(-weight * cases.size(), weight * cases.size());
  }

  /** What {@link Parameters#slashLeft} rests on. */
  @Property
  void noWorkerEarnsMoreThanTwiceTheWeightForEachCaseThatOthersReject(
      @ForAll("cases") List<ScoredCase> cases, @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    long rejected = cases.stream().filter(c -> c.doubledMajority() > 0).count();

    assertThat(PeerPrediction.payment(weight, cases)).isLessThanOrEqualTo(2 * weight * rejected);
  }

  @Property
  void renamingAcceptAndRejectForAllChangesNothing(
      @ForAll("cases") List<ScoredCase> cases, @ForAll @LongRange(max = WEIGHT_MAX) long weight) {
    List<ScoredCase> renamed =
        cases.stream().map(c -> new ScoredCase(!c.reject(), 2 - c.doubledMajority())).toList();

    assertThat(PeerPrediction.payment(weight, renamed))
        .isEqualTo(PeerPrediction.payment(weight, cases));
  }
}
