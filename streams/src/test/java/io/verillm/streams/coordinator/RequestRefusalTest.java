package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagKind;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.RecordKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RequestRefusalTest {
  private static final Map<RequestRefusal, Consumer<CoordinatorBed>> CASES =
      new EnumMap<>(RequestRefusal.class);

  /** Slots enough that a worker owes something in some of them, and nothing in others. */
  private static final Parameters HALF =
      Parameters.demo()
          .withFlagTicks(DutyTerms.FLAG_TICKS_MIN)
          .withDuties(new DutyTerms(200, 16, 2_500, 2_500));

  private static final String SENTINEL = "w-01";

  static {
    CASES.put(RequestRefusal.WRONG_PARTITION, bed -> bed.deliver(placed(1, TestRequests.id(1))));
    CASES.put(RequestRefusal.WRONG_KEY, bed -> bed.deliver(placed(0, TestRequests.id(2))));
    CASES.put(RequestRefusal.BAD_REQUEST_ID, changed(r -> r.setRequestId("1-1-1-1-1")));
    CASES.put(
        RequestRefusal.DUPLICATE_ID,
        bed -> {
          bed.request(TestRequests.request(1));
          bed.request(Request.newBuilder(TestRequests.request(1)).setPrompt("Who?").build());
        });
    CASES.put(RequestRefusal.BAD_VALUE, changed(r -> r.setNonce(ByteBuffer.allocate(31))));
    CASES.put(RequestRefusal.UNKNOWN_MODEL, changed(r -> r.setModelId(ByteBuffer.allocate(32))));
    CASES.put(RequestRefusal.PROMPT_EMPTY, changed(r -> r.setPrompt("")));
    CASES.put(
        RequestRefusal.PROMPT_TOO_LONG,
        changed(r -> r.setPrompt("x".repeat(CoordinatorBed.POSITIONS))));
    CASES.put(RequestRefusal.BAD_MAX_TOKENS, changed(r -> r.setMaxTokens(125)));
    CASES.put(RequestRefusal.BAD_TEMPERATURE, changed(r -> r.setTemperature(Double.NaN)));
    CASES.put(RequestRefusal.BAD_TOP_K, changed(r -> r.setTopK(65)));
    CASES.put(RequestRefusal.BAD_TOP_P, changed(r -> r.setTopP(0)));
    CASES.put(RequestRefusal.BAD_CHECKERS, changed(r -> r.setCheckers(2)));
    CASES.put(RequestRefusal.BAD_HANDOVERS, changed(r -> r.setHandovers(4)));
    CASES.put(
        RequestRefusal.BAD_ENCRYPTION_KEY,
        changed(r -> r.setEncryptionKey(ByteBuffer.allocate(32))));
    CASES.put(
        RequestRefusal.NO_PRIVATE_MODE,
        changed(r -> r.setEncryptionKey(Wire.buffer(reader().bytes()))));
    CASES.put(RequestRefusal.BUDGET_TOO_SMALL, changed(r -> r.setBudget(10)));
    CASES.put(
        RequestRefusal.FLAG_TWICE,
        bed -> {
          FlagClaim owed = owed(duty(bed));
          bed.request(claiming(1, owed, owed));
        });
    CASES.put(
        RequestRefusal.FLAG_UNKNOWN_SENTINEL,
        bed -> {
          FlagClaim owed = owed(duty(bed));
          bed.request(claiming(1, FlagClaim.newBuilder(owed).setSentinel("w-99").build()));
        });
    CASES.put(
        RequestRefusal.FLAG_BAD_PROOF,
        bed -> {
          DutyEpoch duty = duty(bed);
          FlagClaim owed = owed(duty);
          VrfProof stranger =
              CoordinatorBed.vrf("w-99").prove(duty.alpha(SENTINEL, owed.getSlot()));
          bed.request(
              claiming(
                  1, FlagClaim.newBuilder(owed).setProof(Wire.buffer(stranger.bytes())).build()));
        });
    CASES.put(
        RequestRefusal.FLAG_NOT_OWED,
        bed -> bed.request(claiming(1, claim(duty(bed), kind -> kind == FlagKind.NONE))));
    CASES.put(
        RequestRefusal.FLAG_ALREADY_PLANTED,
        bed -> {
          FlagClaim owed = owed(duty(bed));
          bed.request(claiming(1, owed));
          assertThat(bed.deadLetters()).as("the first is a flag").isEmpty();
          bed.request(claiming(2, owed));
        });
    CASES.put(
        RequestRefusal.ESCROW_DENIED,
        bed -> {
          bed.request(TestRequests.request(1));
          bed.escrow(TestRequests.id(1), false);
        });
  }

  private static Consumer<CoordinatorBed> changed(Consumer<Request.Builder> change) {
    Request.Builder builder = Request.newBuilder(TestRequests.request(1));
    change.accept(builder);
    return bed -> bed.request(builder.build());
  }

  /** The duty epoch that begins with the first tick. */
  private static DutyEpoch duty(CoordinatorBed bed) {
    bed.closeEpoch(1_760_000_000_000L);
    List<DutyBegun> begun = bed.sent(CoordinatorBed.CATALOGUE.flags(), DutyBegun.class);
    assertThat(begun).hasSize(1);
    return DutyEpoch.of(begun.getFirst());
  }

  private static FlagClaim owed(DutyEpoch duty) {
    return claim(duty, kind -> kind != FlagKind.NONE);
  }

  /** The sentinel's sound proof of the first slot that owes what is wanted. */
  private static FlagClaim claim(DutyEpoch duty, Predicate<FlagKind> wanted) {
    VrfKey key = CoordinatorBed.vrf(SENTINEL);
    int slot =
        IntStream.range(0, duty.terms().slots())
            .filter(s -> wanted.test(duty.owed(key.output(duty.alpha(SENTINEL, s)))))
            .findFirst()
            .orElseThrow();
    byte[] proof = key.prove(duty.alpha(SENTINEL, slot)).bytes();
    return new FlagClaim(SENTINEL, duty.number(), slot, Wire.buffer(proof));
  }

  private static Request claiming(int number, FlagClaim... claims) {
    return Request.newBuilder(TestRequests.request(number)).setFlagClaims(List.of(claims)).build();
  }

  private static EncryptionKey reader() {
    return DecryptionKey.fromSeed(new byte[32]).publicKey();
  }

  private static SignedRecord placed(int partition, String key) {
    EventSigner signer =
        new EventSigner(Signers.REQUESTER, CoordinatorBed.signing(Signers.REQUESTER));
    return signer.sign(
        CoordinatorBed.CATALOGUE.requests().name(),
        partition,
        RecordKeys.text(key),
        EventCodec.encode(TestRequests.request(1)));
  }

  @TestFactory
  List<DynamicTest> shouldRefuseByName() {
    return Arrays.stream(RequestRefusal.values())
        .map(r -> DynamicTest.dynamicTest(r.name(), () -> assertRefused(r)))
        .toList();
  }

  private static void assertRefused(RequestRefusal refusal) {
    CoordinatorBed bed = new CoordinatorBed().registered(HALF).worker(SENTINEL);
    assertThat(CASES).containsKey(refusal);

    CASES.get(refusal).accept(bed);

    List<Result> results = bed.sent(CoordinatorBed.CATALOGUE.results(), Result.class);
    boolean toOwner = !refusal.leavesOwnerUnknown() && refusal != RequestRefusal.DUPLICATE_ID;
    if (toOwner) {
      assertThat(results)
          .singleElement()
          .satisfies(r -> {
            assertThat(r.getKind()).isEqualTo(ResultKind.REFUSED);
            assertThat(r.getReason()).isEqualTo(refusal.name());
          });
    } else {
      assertThat(results).isEmpty();
    }
    if (refusal != RequestRefusal.ESCROW_DENIED) {
      assertThat(bed.deadLetters())
          .containsExactly(refusal.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  @Test
  void shouldRefuseAWaitBelowZero() {
    CoordinatorBed bed = new CoordinatorBed().registered(HALF);

    bed.request(Request.newBuilder(TestRequests.request(1)).setWaitTicks(-1).build());

    assertThat(bed.deadLetters()).containsExactly("bad-value");
  }

  @Test
  void shouldRefuseAFlagThatAsksForLessThanItsSlotSays() {
    CoordinatorBed bed = new CoordinatorBed().registered(HALF).worker(SENTINEL);
    FlagClaim owed = owed(duty(bed));

    bed.request(Request.newBuilder(claiming(1, owed)).setMaxTokens(7).build());
    assertThat(bed.deadLetters()).containsExactly("flag-not-owed");
    bed.request(Request.newBuilder(claiming(2, owed)).setMaxTokens(8).build());

    assertThat(bed.deadLetters()).hasSize(1);
  }

  /** It may be posted again, and counts then. */
  @Test
  void shouldShowNothingOfARefusedFlag() {
    CoordinatorBed bed = new CoordinatorBed().registered(HALF).worker(SENTINEL);
    FlagClaim owed = owed(duty(bed));

    bed.request(Request.newBuilder(claiming(1, owed)).setBudget(10).build());
    assertThat(bed.deadLetterBytes()).isNotEmpty().allMatch(bytes -> bytes.length == 0);
    bed.request(Request.newBuilder(TestRequests.request(2)).setBudget(10).build());

    assertThat(bed.deadLetters()).containsExactly("budget-too-small", "budget-too-small");
    assertThat(bed.deadLetterBytes()).last().matches(bytes -> bytes.length > 0);
  }

  /** With demo parameters an author's slash covers five checkers and one hand-over, not two. */
  @Test
  void shouldRefuseMoreCheckersThanAnAuthorsSlashPaysFor() {
    for (int handovers = 1; handovers <= 2; handovers++) {
      CoordinatorBed bed = new CoordinatorBed().registered().worker("w-01");
      bed.request(
          Request.newBuilder(TestRequests.request(1))
              .setCheckers(5)
              .setHandovers(handovers)
              .build());

      if (handovers == 1) {
        assertThat(bed.deadLetters()).isEmpty();
      } else {
        assertThat(bed.deadLetters()).containsExactly("bad-checkers");
      }
    }
  }

  @Test
  void shouldRefuseBeforeParametersAreSet() {
    CoordinatorBed bed = new CoordinatorBed();
    bed.request(TestRequests.request(1));

    assertThat(bed.deadLetters()).containsExactly("unknown-model");
    assertThat(bed.sent(CoordinatorBed.CATALOGUE.ledgerCommands(), ReserveEscrow.class)).isEmpty();
  }
}
