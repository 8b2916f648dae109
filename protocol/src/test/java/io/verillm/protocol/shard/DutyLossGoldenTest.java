package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.FlagKind;
import io.verillm.events.ParametersSet;
import io.verillm.events.Transfer;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What unmet duties cost, as a second implementation has it ({@code generate_settlements.py}). */
class DutyLossGoldenTest {
  private static final String WORKER = "w";
  private static final Hash SEED = HashInput.of("seed").hash();
  private static final DutyTerms TERMS = new DutyTerms(1, 1, 5_000, 5_000);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/duty_losses.csv", numLinesToSkip = 1)
  void shouldTakeForUnmetDutiesWhatTheSecondImplementationTakes(
      int slots,
      long fee,
      @Nullable String proved,
      @Nullable String opened,
      long stake,
      long earned,
      long amount,
      @Nullable String transfer) {
    DutyState duty = duty(slots, fee);
    if (proved != null) {
      duty.proved.put(WORKER, words(proved).map(FlagKind::valueOf).toList());
    }
    words(opened).forEach(slot -> duty.open(WORKER, Integer.parseInt(slot)));

    List<DutyMissed> missed = settled(duty);

    assertThat(missed).hasSize(amount == 0 ? 0 : 1);
    assertThat(missed)
        .allSatisfy(loss -> {
          assertThat(loss.getAmount()).isEqualTo(amount);
          assertThat(loss.getProved()).isEqualTo(proved != null);
          assertThat(moved(loss, stake, earned)).isEqualTo(transfer);
        });
  }

  private static Stream<String> words(@Nullable String text) {
    return text == null ? Stream.of() : Stream.of(text.split(" "));
  }

  private static DutyState duty(int slots, long fee) {
    ParametersSet parameters =
        ParametersSet.newBuilder(Parameters.standard().toEvent()).setFlatFee(fee).build();
    DutyBegun begun =
        new DutyBegun(
            0,
            0L,
            0L,
            Wire.buffer(SEED),
            0L,
            TERMS.ticks(),
            slots,
            TERMS.bad(),
            TERMS.good(),
            List.of());
    return new DutyState(
        begun, parameters, Map.of(WORKER, TestKeys.vrf(WORKER).publicKey()), Set.of(WORKER));
  }

  /** What the shard says at the tick at which nothing counts for a duty epoch any more. */
  private static List<DutyMissed> settled(DutyState duty) {
    ShardState state = new ShardState();
    state.registry = TestRegistry.of(Parameters.standard().toEvent());
    state.duties.put(0L, duty);
    state.clock.closed(0, true);
    duty.since = 0;
    for (int i = 1; state.clock.ticks() < TERMS.countedTicks(); i++) {
      state.clock.closed((long) i * CaseClock.STEP_TICKS_MAX, true);
    }
    List<Effect> effects = new ArrayList<>();
    new Duties(state, 0, effects::add).tick(new ClosedEpoch(1, 1, null, SEED));
    return ShardBed.published(effects, DutyMissed.class);
  }

  private static String moved(DutyMissed loss, long stake, long earned) {
    GroupedLedgerState state = new GroupedLedgerState();
    state.put("balance/" + Accounts.GENESIS, Long.toString(-stake - earned));
    state.put("balance/" + Accounts.stake(WORKER), Long.toString(stake));
    state.put("balance/" + Accounts.worker(WORKER), Long.toString(earned));
    return new Ledger(state, 1)
        .apply(0, loss).transfers().stream()
            .map(DutyLossGoldenTest::line)
            .collect(Collectors.joining());
  }

  private static String line(Transfer transfer) {
    return Stream.concat(
            transfer.getPostings().stream().map(p -> p.getAccount() + " " + p.getAmount()),
            Stream.of(transfer.getNote()))
        .collect(Collectors.joining(" "));
  }
}
