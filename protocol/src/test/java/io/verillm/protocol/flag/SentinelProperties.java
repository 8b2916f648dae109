package io.verillm.protocol.flag;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.Request;
import io.verillm.events.RequestSize;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SentinelProperties {
  private static final int SHARDS = 3;
  private static final long BEGAN = 1_760_000_000_000L;
  private static final int TICKS = 400;
  private static final long LENGTH = 250L * TICKS;
  private static final FlagPrompt PROMPT =
      new FlagPrompt(hash("model"), "Why?", 48, 0.8, 64, 1.0, 3, 1);

  private static Hash hash(String of) {
    return HashInput.of("test").add(of).hash();
  }

  private static int shardOf(String id) {
    return Math.floorMod(id.hashCode(), SHARDS);
  }

  private static Sentinel sentinel(int number) {
    byte[] secret = hash("secret " + number).bytes();
    return new Sentinel("w-01", secret, key(number), SentinelProperties::shardOf, List.of(PROMPT));
  }

  private static VrfKey key(int number) {
    return VrfKey.fromSeed(hash("vrf " + number).bytes());
  }

  private static DutyBegun begun(int shard, long number) {
    return begun(shard, number, TICKS);
  }

  private static DutyBegun begun(int shard, long number, int ticks) {
    return new DutyBegun(
        shard,
        number,
        9L,
        Wire.buffer(hash("seed " + number)),
        BEGAN,
        ticks,
        6,
        3_000,
        3_000,
        ASKED);
  }

  private static final List<RequestSize> ASKED =
      List.of(
          new RequestSize(Wire.buffer(PROMPT.modelId()), 3, 1, 16, 1),
          new RequestSize(Wire.buffer(PROMPT.modelId()), 7, 0, 128, 1));

  /** The prompt alone asks for 3 checkers and 48 tokens. */
  @Property(tries = 20)
  void asksForAsMuchAsTheSlotSaysAndNotForLessThanItsPrompt(
      @ForAll @IntRange(max = 1_000) int worker) {
    Sentinel sentinel = sentinel(worker);
    sentinel.begun(begun(0, 0));

    for (PlantedFlag flag : sentinel.due(BEGAN + LENGTH / 2)) {
      FlagSize size =
          flag.duty()
              .size(key(worker).output(flag.duty().alpha("w-01", flag.slot())), PROMPT.modelId());
      Request request = flag.request("w-01");
      assertThat(size.isAskedBy(request.getCheckers(), request.getMaxTokens())).isTrue();
      assertThat(request.getMaxTokens()).isEqualTo(size.tokens() == 16 ? 48 : 128);
      assertThat(request.getCheckers()).isEqualTo(size.checkers());
      assertThat(request.getHandovers()).isEqualTo(size.handovers());
    }
  }

  @Property(tries = 20)
  void plantsEachOwedFlagOnceInItsShardAndInTime(
      @ForAll @IntRange(max = 1_000) int worker, @ForAll @IntRange(max = SHARDS - 1) int shard) {
    Sentinel sentinel = sentinel(worker);
    sentinel.begun(begun(shard, 0));
    sentinel.begun(begun(shard, 0));

    List<PlantedFlag> flags = sentinel.due(BEGAN + LENGTH / 2);

    DutyEpoch duty = DutyEpoch.of(begun(shard, 0));
    FlagDuty proof = prove(sentinel, flags);
    List<FlagKind> owed =
        duty.owed("w-01", Wire.bytes(proof.getProof()), key(worker).publicKey()).orElseThrow();
    assertThat(flags).hasSize(proof.getOwed()).doesNotHaveDuplicates();
    for (PlantedFlag flag : flags) {
      Request request = flag.request("w-01");
      FlagClaim claim = request.getFlagClaims().getFirst();
      UUID id = UUID.fromString(request.getRequestId());
      assertThat(shardOf(request.getRequestId())).isEqualTo(shard);
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(flag.atMillis());
      assertThat(flag.atMillis()).isBetween(BEGAN, BEGAN + LENGTH / 2);
      assertThat(flag.kind()).isEqualTo(owed.get(flag.slot())).isNotEqualTo(FlagKind.NONE);
      assertThat(
              duty.owed(
                  "w-01", claim.getSlot(), Wire.bytes(claim.getProof()), key(worker).publicKey()))
          .contains(flag.kind());
      assertThat(FlagSeal.open(Wire.hash(request.getFlagSeal()), flag.opening("int8")))
          .contains(flag.kind());
    }
    assertThat(sentinel.due(Long.MAX_VALUE)).isEmpty();
  }

  /** Before its flags are opened a proof would tell how many there are. */
  private static FlagDuty prove(Sentinel sentinel, List<PlantedFlag> flags) {
    if (!flags.isEmpty()) {
      assertThat(sentinel.proofs(BEGAN + LENGTH)).isEmpty();
    }
    for (PlantedFlag flag : flags) {
      assertThat(sentinel.ofSeed(flag.seed())).contains(flag);
      assertThat(sentinel.ended(flag.requestId().toString())).contains(flag);
      assertThat(sentinel.ended(flag.requestId().toString())).isEmpty();
    }
    List<FlagDuty> proofs = sentinel.proofs(BEGAN + LENGTH);
    assertThat(proofs).hasSize(1);
    assertThat(sentinel.proofs(Long.MAX_VALUE / 2)).isEmpty();
    return proofs.getFirst();
  }

  @Property(tries = 20)
  void plantsTheSameBytesAfterARestart(@ForAll @IntRange(max = 1_000) int worker) {
    Sentinel before = sentinel(worker);
    Sentinel after = sentinel(worker);
    before.begun(begun(1, 4));
    after.begun(begun(1, 2));
    after.begun(begun(1, 3));
    after.begun(begun(1, 4));

    List<Request> again = requests(after).stream().filter(r -> isOf(r, 4)).toList();

    assertThat(again).isEqualTo(requests(before));
    assertThat(requests(after)).as("posted once").isEmpty();
  }

  private static boolean isOf(Request request, long duty) {
    return request.getFlagClaims().getFirst().getDutyEpoch() == duty;
  }

  private static List<Request> requests(Sentinel sentinel) {
    return sentinel.due(Long.MAX_VALUE).stream().map(flag -> flag.request("w-01")).toList();
  }

  /** 120 ticks, and 480 in which the log still counts what is opened or proved. */
  @Property(tries = 10)
  void keepsADutyForAsLongAsTheLogDoes(@ForAll @IntRange(max = 1_000) int worker) {
    Sentinel sentinel = sentinel(worker);
    LongStream.range(0, 5).forEach(number -> sentinel.begun(begun(0, number, 120)));

    assertThat(sentinel.proofs(Long.MAX_VALUE / 2)).hasSize(5);
    Sentinel later = sentinel(worker);
    LongStream.range(0, 6).forEach(number -> later.begun(begun(0, number, 120)));
    assertThat(later.proofs(Long.MAX_VALUE / 2))
        .extracting(FlagDuty::getScoringEpoch)
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  /** A worker that starts reads them all. */
  @Property(tries = 5)
  void drawsForNoDutyThatNothingCountsForAnyMore(@ForAll @IntRange(max = 1_000) int worker) {
    AtomicInteger planned = new AtomicInteger();
    Sentinel sentinel =
        new Sentinel(
            "w-01",
            hash("secret " + worker).bytes(),
            key(worker),
            id -> {
              planned.incrementAndGet();
              return 0;
            },
            List.of(PROMPT));
    LongStream.range(0, 1_000).forEach(number -> sentinel.begun(begun(0, number, 120)));

    List<PlantedFlag> flags = sentinel.due(Long.MAX_VALUE);

    assertThat(flags).allSatisfy(flag -> assertThat(flag.duty().number()).isGreaterThan(994));
    assertThat(planned).hasValue(flags.size());
  }

  @Property(tries = 10)
  void provesWithoutItsFlagsWhenTimeRunsOut(@ForAll @IntRange(max = 1_000) int worker) {
    Sentinel sentinel = sentinel(worker);
    sentinel.begun(begun(0, 0));

    assertThat(sentinel.proofs(BEGAN + LENGTH / 2 - 1)).isEmpty();
    assertThat(sentinel.proofs(BEGAN + 3 * LENGTH / 2)).hasSize(1);
  }

  @Property(tries = 10)
  void postsEverMoreSeldomUntilItIsAdmitted(@ForAll @IntRange(max = 1_000) int worker) {
    Sentinel sentinel = sentinel(worker);
    sentinel.begun(begun(0, 0));
    long start = BEGAN + LENGTH;
    List<PlantedFlag> posted = sentinel.due(start);
    int owed = posted.size();

    List<Long> again =
        LongStream.rangeClosed(1, 400)
            .filter(second -> sentinel.due(start + 1_000 * second).size() == owed)
            .boxed()
            .toList();
    posted.forEach(flag -> sentinel.admitted(flag.requestId().toString()));

    if (owed > 0) {
      assertThat(again).containsExactly(10L, 20L, 40L, 80L, 160L, 320L);
    }
    assertThat(sentinel.due(Long.MAX_VALUE)).isEmpty();
  }

  @Property(tries = 10)
  void tellsOnceOfWhatIsNotAdmitted(@ForAll @IntRange(max = 1_000) int worker) {
    Sentinel sentinel = sentinel(worker);
    sentinel.begun(begun(0, 0));
    sentinel.begun(begun(1, 0));
    long start = BEGAN + LENGTH;
    List<PlantedFlag> posted = sentinel.due(start);
    Predicate<PlantedFlag> well = flag -> flag.duty().shard() == 0;
    posted.stream().filter(well).forEach(flag -> sentinel.admitted(flag.requestId().toString()));

    assertThat(sentinel.late(start + 59_000)).isEmpty();
    assertThat(sentinel.late(start + 60_000))
        .containsExactlyElementsOf(posted.stream().filter(well.negate()).toList());
    assertThat(sentinel.late(start + 61_000)).isEmpty();
  }
}
