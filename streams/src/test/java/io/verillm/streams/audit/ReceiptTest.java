package io.verillm.streams.audit;

import static io.verillm.streams.audit.Receipts.resigned;
import static io.verillm.streams.audit.Receipts.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.verillm.events.Accepted;
import io.verillm.events.BondDecided;
import io.verillm.events.CasePayment;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.Dispute;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagOpening;
import io.verillm.events.LockStake;
import io.verillm.events.Opening;
import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.Task;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptFinding;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptRule;
import io.verillm.protocol.receipt.ReceiptVerifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Receipts of a recorded run, and of forgers who hold every key but cannot change the log. */
class ReceiptTest {
  private static final Receipt ACCEPTED = Receipts.of(0);

  @Test
  void shouldVerifyAnAcceptedRequest() {
    ReceiptReport report = Receipts.verify(ReceiptFile.write(ACCEPTED));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.ACCEPTED);
    assertThat(report.claim().orElseThrow().text()).isEqualTo("a text");
    assertThat(report.checked()).allSatisfy((rule, times) -> assertThat(times).isPositive());
  }

  @Test
  void shouldVerifyARejectedRequestWithItsSecondRound() {
    ReceiptReport report = Receipts.verify(ReceiptFile.write(Receipts.of(1)));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.REJECTED);
  }

  private static Receipt second(MemoryRecords run, MemoryRecords secret) throws NoReceipt {
    return of(run, secret, 1);
  }

  private static Receipt of(MemoryRecords run, MemoryRecords secret, int request) throws NoReceipt {
    return ReceiptExport.of(
        run,
        (topic, partition) ->
            secret.of(topic.name()).stream().filter(r -> r.partition() == partition).toList(),
        RecordedRun.id(request));
  }

  @Test
  void shouldVerifyARequestWhoseClaimTheCoordinatorIgnored() throws NoReceipt {
    Receipt receipt = second(RecordedRun.ofIgnoredClaim(), RecordedRun.privateOfIgnoredClaim());

    assertThat(Receipts.verify(ReceiptFile.write(receipt)).findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "WITHHELD,        ALL_ACCEPT",
    "OUTPUT_LOST,     OUTPUT_LOST",
    "AUTHOR_REPLACED, ALL_ACCEPT",
    "NO_OUTPUT,       NO_OUTPUT",
    "UNCONFIRMED,     UNCONFIRMED"
  })
  void shouldVerifyWhateverHappensToARequest(RecordedRun.Incident incident, String reason)
      throws NoReceipt {
    Receipt receipt =
        of(RecordedRun.of(incident), RecordedRun.privateOf(incident), incident.request);

    ReceiptReport report = Receipts.verify(ReceiptFile.write(receipt));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().verdicts())
        .singleElement()
        .asString()
        .contains("(" + reason + ")");
    List<SpecificRecord> events =
        receipt.getLog().stream().map(r -> Receipts.event(Wire.bytes(r.getValue()))).toList();
    assertThat(events.stream().anyMatch(WitnessRemoved.class::isInstance))
        .isEqualTo(incident == RecordedRun.Incident.WITHHELD);
    assertThat(events.stream().anyMatch(e -> e instanceof Challenge c && c.getPart() == 2))
        .isEqualTo(incident == RecordedRun.Incident.UNCONFIRMED);
  }

  @Test
  void shouldNotVerifyAnEpochWithoutAWitnessThatNothingExcuses() throws NoReceipt {
    RecordedRun.Incident withheld = RecordedRun.Incident.WITHHELD;
    Receipt receipt = of(RecordedRun.of(withheld), RecordedRun.privateOf(withheld), 0);

    Receipt within = with(receipt, WitnessRemoved.class::isInstance, gone -> null);
    // That of the last epoch, which no tree of the receipt holds.
    int excuse = receipt.getEpochs().size() - 2;
    assertThat(Receipts.event(Wire.bytes(receipt.getEpochs().get(excuse).getValue())))
        .isInstanceOf(WitnessRemoved.class);
    Receipt last =
        Receipt.newBuilder(receipt).setEpochs(without(receipt.getEpochs(), excuse)).build();

    for (Receipt without : List.of(within, last)) {
      assertThat(Receipts.verify(ReceiptFile.write(without)).findings())
          .extracting(ReceiptFinding::rule)
          .contains(ReceiptRule.SEAL);
    }
    assertThat(Receipts.verify(ReceiptFile.write(receipt)).notChecked())
        .anyMatch(line -> line.contains("witnesses whom epochs were closed without"));
  }

  @Test
  void shouldVerifyARequestOfABuildWithOlderSchemas() throws NoReceipt {
    Receipt receipt = second(RecordedRun.ofEarlier(), RecordedRun.privateOfEarlier());

    ReceiptReport report = Receipts.verify(ReceiptFile.write(receipt));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.REJECTED);
  }

  @Test
  void shouldVerifyAPlantedRequestWithItsOpenedFlag() throws NoReceipt {
    Receipt receipt = second(RecordedRun.flagged(), RecordedRun.privateOfFlagged());

    List<SpecificRecord> events =
        receipt.getLog().stream().map(r -> Receipts.event(Wire.bytes(r.getValue()))).toList();
    assertThat(events).hasAtLeastOneElementOfType(FlagOpening.class);
    assertThat(events)
        .filteredOn(SettleCase.class::isInstance)
        .singleElement()
        .satisfies(settle ->
            assertThat(((SettleCase) settle).getPayments())
                .extracting(CasePayment::getKind)
                .as("the sentinel is paid")
                .contains("flag"));
    ReceiptReport report = Receipts.verify(ReceiptFile.write(receipt));
    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.REJECTED);
  }

  @Test
  void shouldVerifyAnAnswerOfTwoAuthors() {
    ReceiptReport report = Receipts.verify(ReceiptFile.write(Receipts.of(2)));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().verdicts()).hasSize(2);
  }

  @Test
  void shouldVerifyADisputedRequestWithItsBondAndNotWithoutAnyOfItsParts() throws NoReceipt {
    Receipt disputed = of(RecordedRun.ofDisputed(), RecordedRun.privateOfDisputed(), 0);

    ReceiptReport report = Receipts.verify(ReceiptFile.write(disputed));

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().verdicts())
        .singleElement()
        .asString()
        .contains("SECOND_ROUND");
    assertThat(
            disputed.getLog().stream()
                .map(r -> Receipts.event(Wire.bytes(r.getValue())))
                .filter(BondDecided.class::isInstance)
                .map(e -> ((BondDecided) e).getGranted()))
        .as("the author had no earnings yet")
        .containsExactly(false, true);
    for (Class<?> part :
        List.of(Dispute.class, ReserveBond.class, BondDecided.class, SettleBond.class)) {
      Receipt without = Receipts.with(disputed, part::isInstance, record -> null);
      assertThat(Receipts.verify(ReceiptFile.write(without)).findings())
          .as("without its first %s", part.getSimpleName())
          .isNotEmpty();
    }
  }

  @Test
  void shouldVerifyARequestThatNoWorkerCameForAndNotWithoutAnyOfItsParts() throws NoReceipt {
    Receipt waited = of(RecordedRun.ofWaited(), RecordedRun.privateOfWaited(), 0);

    ReceiptReport report = Receipts.verify(ReceiptFile.write(waited));

    assertThat(report.findings()).isEmpty();
    assertThat(Receipts.verify(ReceiptFile.write(waitingLess(waited))).findings())
        .extracting(ReceiptFinding::message)
        .anyMatch(message -> message.contains("another wait"));
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.EXPIRED);
    assertThat(report.claim().orElseThrow().verdicts())
        .singleElement()
        .asString()
        .contains("NO_WORKER");
    for (Class<?> part :
        List.of(EscrowDecided.class, ReserveEscrow.class, Verdict.class, SettleCase.class)) {
      Receipt without = Receipts.with(waited, part::isInstance, record -> null);
      assertThat(Receipts.verify(ReceiptFile.write(without)).findings())
          .as("without its first %s", part.getSimpleName())
          .isNotEmpty();
    }
    Receipt early = Receipt.newBuilder(waited).setEpochs(without(waited.getEpochs(), 2)).build();
    assertThat(Receipts.verify(ReceiptFile.write(early)).findings()).isNotEmpty();
  }

  /** Each is one fee more, and another way to the price. */
  @Test
  void shouldNameHandoversThatNobodyAskedFor() {
    Receipt more =
        Receipt.newBuilder(ACCEPTED)
            .setRequest(
                resigned(
                    ACCEPTED.getRequest(),
                    request -> Request.newBuilder((Request) request).setHandovers(3).build()))
            .build();

    assertThat(Receipts.verify(ReceiptFile.write(more)).findings())
        .extracting(ReceiptFinding::message)
        .contains("model, limits or mode are not those that were signed");
  }

  /** As if its requester had said that it waits no longer than so. */
  private static Receipt waitingLess(Receipt receipt) {
    return Receipt.newBuilder(receipt)
        .setRequest(
            Receipts.resigned(
                receipt.getRequest(),
                request -> Request.newBuilder((Request) request).setWaitTicks(40).build()))
        .build();
  }

  @Test
  void shouldBeTheSameBytesHoweverLongTheLogHasBecomeSince() throws NoReceipt {
    MemoryRecords longer = RecordedRun.of(Receipts.REQUESTS, 7);

    Receipt early = ReceiptExport.of(longer, Receipts::privateRecords, RecordedRun.id(0));

    assertThat(ReceiptFile.write(early)).isEqualTo(ReceiptFile.write(ACCEPTED));
  }

  @Test
  void shouldBeWithoutReceiptUntilDecidedAndSealed() {
    List<String> reasons = new ArrayList<>();
    for (int turns = 1; turns < 8; turns++) {
      try {
        ReceiptExport.of(RecordedRun.of(1, turns), Receipts::privateRecords, RecordedRun.id(0));
        reasons.add("there it is");
      } catch (NoReceipt none) {
        reasons.add(String.valueOf(none.getMessage()));
      }
    }

    assertThat(reasons.stream().map(reason -> reason.replace(RecordedRun.id(0) + " ", "")))
        .startsWith("has no last verdict yet")
        .contains("is not sealed whole yet")
        .endsWith("there it is");
    assertThatThrownBy(
            () -> ReceiptExport.of(Receipts.RUN, Receipts::privateRecords, RecordedRun.id(9)))
        .isInstanceOf(NoReceipt.class)
        .hasMessageContaining("was accepted");
  }

  @Test
  void shouldSayThatItBelievesTheReceiptsOwnKeyWhereNoneIsGiven() {
    ReceiptReport report =
        ReceiptVerifier.verify(ReceiptFile.write(ACCEPTED), Receipts.TOPICS, Optional.empty());

    assertThat(report.sound()).isTrue();
    assertThat(report.notChecked())
        .contains("that %s is the coordinator's key".formatted(Receipts.COORDINATOR));
  }

  @Test
  void shouldNotBelieveAnotherCoordinator() {
    ReceiptReport report =
        ReceiptVerifier.verify(
            ReceiptFile.write(ACCEPTED),
            Receipts.TOPICS,
            Optional.of(RunKeys.signer("worker:w-01").key().publicKey()));

    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().getFirst().rule()).isEqualTo(ReceiptRule.ROOT_OF_TRUST);
  }

  /** All of it is true, and says nothing of what is asked for. */
  @Test
  void shouldNotTakeAnOldReceiptForThatOfAnotherRequest() {
    Receipt old = Receipt.newBuilder(Receipts.of(2)).setRequestId(ACCEPTED.getRequestId()).build();

    ReceiptReport report = Receipts.verify(ReceiptFile.write(old));

    assertThat(report.sound()).isFalse();
    assertThat(report.findings()).extracting(f -> f.rule()).contains(ReceiptRule.REQUEST);
  }

  @Test
  void shouldRefuseBytesBehindTheReceiptAndAnotherEncoding() {
    byte[] file = ReceiptFile.write(ACCEPTED);
    byte[] longer = Arrays.copyOf(file, file.length + 1);
    // Length of the request's id: 72 as a zigzag varint in one byte, here in two.
    byte[] padded = new byte[file.length + 1];
    System.arraycopy(file, 0, padded, 0, 10);
    padded[10] = (byte) (file[10] | 0x80);
    System.arraycopy(file, 11, padded, 12, file.length - 11);

    for (byte[] bytes : List.of(longer, padded, Arrays.copyOf(file, 5_000), new byte[0])) {
      ReceiptReport report = Receipts.verify(bytes);

      assertThat(report.findings()).hasSize(1);
      assertThat(report.findings().getFirst().rule()).isEqualTo(ReceiptRule.FORMAT);
      assertThat(report.claim()).isEmpty();
    }
  }

  static Stream<Arguments> forgeries() {
    return Stream.of(
        forged(
            "another request's id",
            "Request",
            ReceiptRule.REQUEST,
            r -> Receipt.newBuilder(r).setRequestId(RecordedRun.id(1)).build()),
        forged(
            "a prompt that nobody signed",
            "Request",
            ReceiptRule.SIGNATURE,
            r ->
                Receipt.newBuilder(r)
                    .setRequest(unsigned(r.getRequest(), prompt("other")))
                    .build()),
        forged(
            "a prompt that the requester signed later",
            "acceptance",
            ReceiptRule.REQUEST,
            r ->
                Receipt.newBuilder(r)
                    .setRequest(
                        resigned(
                            r.getRequest(),
                            e -> Request.newBuilder((Request) e).setPrompt("other").build()))
                    .build()),
        forged(
            "another text",
            "Result",
            ReceiptRule.SIGNATURE,
            r -> Receipt.newBuilder(r).setResult(unsigned(r.getResult(), text("other"))).build()),
        forged(
            "other tokens that the coordinator signed",
            "Result",
            ReceiptRule.OUTPUT,
            r ->
                Receipt.newBuilder(r)
                    .setResult(
                        resigned(
                            r.getResult(),
                            e -> Result.newBuilder((Result) e).setTokenIds(List.of(1, 2)).build()))
                    .build()),
        forged(
            "another outcome that the coordinator signed",
            "Result",
            ReceiptRule.OUTPUT,
            r ->
                Receipt.newBuilder(r)
                    .setResult(
                        resigned(
                            r.getResult(),
                            e -> Result.newBuilder((Result) e).setReason("REJECTED").build()))
                    .build()),
        forged(
            "another prompt for the author",
            "Task",
            ReceiptRule.REQUEST,
            r ->
                Receipt.newBuilder(r)
                    .setTasks(
                        List.of(
                            resigned(
                                r.getTasks().getFirst(),
                                e ->
                                    Task.newBuilder((Task) e)
                                        .setContext(List.of(7, 8, 9))
                                        .build())))
                    .build()),
        forged(
            "an author whom nobody registered",
            "Task",
            ReceiptRule.REQUEST,
            r -> with(r, Challenge.class::isInstance, resigned(ReceiptTest::ofNobody))),
        forged(
            "somebody else's task",
            "Task",
            ReceiptRule.REQUEST,
            r -> Receipt.newBuilder(r).setTasks(Receipts.of(2).getTasks()).build()),
        forged(
            "an epoch left out",
            "epoch",
            ReceiptRule.SEAL,
            r -> Receipt.newBuilder(r).setEpochs(without(r.getEpochs(), 1)).build()),
        forged(
            "the last epoch left out",
            "acceptance",
            ReceiptRule.INCLUSION,
            r ->
                Receipt.newBuilder(r)
                    .setEpochs(without(r.getEpochs(), r.getEpochs().size() - 1))
                    .build()),
        forged(
            "a seal that the sealer signed later",
            "epoch",
            ReceiptRule.SEAL,
            r -> epoch(r, e -> EpochClosed.newBuilder(e).setEpoch(e.getEpoch() + 1).build())),
        forged(
            "a witness that did not cosign",
            "epoch",
            ReceiptRule.SEAL,
            r ->
                epoch(
                    r,
                    e ->
                        EpochClosed.newBuilder(e)
                            .setCosignatures(e.getCosignatures().subList(0, 1))
                            .build())),
        forged(
            "another randomness",
            "epoch",
            ReceiptRule.SEAL,
            r ->
                epoch(
                    r,
                    e ->
                        EpochClosed.newBuilder(e)
                            .setCosignatures(
                                e.getCosignatures().stream().map(ReceiptTest::otherProof).toList())
                            .build())),
        forged(
            "another place on the log",
            "vote",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    Vote.class::isInstance,
                    v ->
                        SealedReceiptRecord.newBuilder(v).setPath(v.getPath().reversed()).build())),
        forged(
            "another signer",
            "vote",
            ReceiptRule.SIGNATURE,
            r ->
                with(
                    r,
                    Vote.class::isInstance,
                    v -> SealedReceiptRecord.newBuilder(v).setSigner("worker:w-99").build())),
        forged(
            "a record of another topic",
            "vote",
            ReceiptRule.SIGNATURE,
            r ->
                with(
                    r,
                    Vote.class::isInstance,
                    v ->
                        SealedReceiptRecord.newBuilder(v).setTopic("verillm.openings.v1").build())),
        forged(
            "another coordinator",
            "registration of coordinator/main",
            ReceiptRule.INCLUSION,
            r ->
                registration(
                    r, u -> RegistryUpdate.newBuilder(u).setOffset(u.getOffset() + 1).build())),
        forged(
            "a registration that nobody signed",
            "registration",
            ReceiptRule.REGISTRATION,
            r ->
                registration(
                    r, u -> RegistryUpdate.newBuilder(u).setSigner("worker:w-01").build())),
        forged(
            "a checker's stake left out",
            "challenge",
            ReceiptRule.DECISION,
            r ->
                with(
                    r,
                    e -> e instanceof StakeChanged s && s.getWorker().equals("w-02"),
                    gone -> null)),
        forged(
            "another stake",
            "stake of",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    StakeChanged.class::isInstance,
                    resigned(e ->
                        StakeChanged.newBuilder((StakeChanged) e).setStake(99_999_999L).build()))),
        forged(
            "another price",
            "acceptance",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    Accepted.class::isInstance,
                    resigned(e -> Accepted.newBuilder((Accepted) e).setPrice(1L).build()))),
        forged(
            "a commitment left out",
            "challenge",
            ReceiptRule.DECISION,
            r -> with(r, Commitment.class::isInstance, gone -> null)),
        forged(
            "another commitment",
            "commitment",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    Commitment.class::isInstance,
                    resigned(e ->
                        Commitment.newBuilder((Commitment) e)
                            .setSealedRoot(Wire.buffer(new byte[32]))
                            .build()))),
        forged(
            "an opening that does not fit its seal",
            "opening",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    Opening.class::isInstance,
                    resigned(e -> Opening.newBuilder((Opening) e).setSize(3).build()))),
        forged(
            "a vote left out",
            "verdict",
            ReceiptRule.DECISION,
            r -> with(r, Vote.class::isInstance, gone -> null)),
        forged(
            "a vote that the worker signed later",
            "vote",
            ReceiptRule.INCLUSION,
            r ->
                with(
                    r,
                    Vote.class::isInstance,
                    resigned(e ->
                        Vote.newBuilder((Vote) e)
                            .setDecision(VoteDecision.REJECT)
                            .setReason(VoteReason.MODEL)
                            .build()))),
        forged(
            "another challenge",
            "challenge",
            ReceiptRule.DECISION,
            r ->
                with(
                    r,
                    Challenge.class::isInstance,
                    resigned(e -> {
                      Challenge c = (Challenge) e;
                      return Challenge.newBuilder(c)
                          .setPositions(c.getPositions().reversed())
                          .build();
                    }))),
        forged(
            "a challenge by another seed",
            "challenge",
            ReceiptRule.REQUEST,
            r ->
                with(
                    r,
                    Challenge.class::isInstance,
                    resigned(e -> {
                      Challenge c = (Challenge) e;
                      return Challenge.newBuilder(c)
                          .setInput(
                              RequestInput.newBuilder(c.getInput())
                                  .setSeed(Wire.buffer(new byte[32]))
                                  .build())
                          .build();
                    }))),
        forged(
            "another verdict",
            "provisional verdict",
            ReceiptRule.DECISION,
            r ->
                with(
                    r,
                    Verdict.class::isInstance,
                    resigned(e ->
                        Verdict.newBuilder((Verdict) e)
                            .setOutcome(VerdictOutcome.EXPIRED)
                            .build()))),
        forged(
            "no challenge",
            "verdict",
            ReceiptRule.DECISION,
            r -> with(r, Challenge.class::isInstance, gone -> null)),
        forged(
            "another lock",
            "LockStake",
            ReceiptRule.DECISION,
            r ->
                with(
                    r,
                    LockStake.class::isInstance,
                    resigned(
                        e -> LockStake.newBuilder((LockStake) e).setLocks(List.of()).build()))),
        forged(
            "another reservation",
            "ReserveEscrow",
            ReceiptRule.REQUEST,
            r ->
                with(
                    r,
                    ReserveEscrow.class::isInstance,
                    resigned(
                        e -> ReserveEscrow.newBuilder((ReserveEscrow) e).setAmount(1L).build()))),
        forged(
            "a wait that the requester did not sign",
            "ReserveEscrow",
            ReceiptRule.REQUEST,
            r ->
                with(
                    r,
                    ReserveEscrow.class::isInstance,
                    resigned(e ->
                        ReserveEscrow.newBuilder((ReserveEscrow) e).setWaitTicks(40).build()))),
        forged(
            "payments left out",
            "SettleCase",
            ReceiptRule.DECISION,
            r ->
                with(
                    r,
                    SettleCase.class::isInstance,
                    resigned(e ->
                        SettleCase.newBuilder((SettleCase) e).setPayments(List.of()).build()))),
        forged(
            "another transfer",
            "transfer",
            ReceiptRule.LEDGER,
            r ->
                with(
                    r,
                    Transfer.class::isInstance,
                    resigned(e -> {
                      Transfer t = (Transfer) e;
                      return Transfer.newBuilder(t)
                          .setPostings(t.getPostings().subList(0, 1))
                          .build();
                    }))),
        forged(
            "a transfer left out",
            "SettleCase",
            ReceiptRule.LEDGER,
            r -> with(r, Transfer.class::isInstance, gone -> null)),
        forged(
            "a record from another case",
            "vote",
            ReceiptRule.INCLUSION,
            r -> with(r, Vote.class::isInstance, v -> foreignVote(v.getLeaf()))));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void shouldNameTheRecordAndTheRule(
      UnaryOperator<Receipt> forgery, String record, ReceiptRule rule) {
    ReceiptReport report = Receipts.verify(ReceiptFile.write(forgery.apply(ACCEPTED)));

    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.rule()).isEqualTo(rule);
          assertThat(finding.record()).contains(record);
          assertThat(finding.message()).isNotBlank();
        });
  }

  private static Arguments forged(
      String what, String record, ReceiptRule rule, UnaryOperator<Receipt> forgery) {
    Named<UnaryOperator<Receipt>> named = named(what, forgery);
    return arguments(named, record, rule);
  }

  private static ReceiptRecord unsigned(
      ReceiptRecord record, UnaryOperator<SpecificRecord> change) {
    return ReceiptRecord.newBuilder(resigned(record, change))
        .setSignature(record.getSignature())
        .build();
  }

  /** A name that no worker can have, so that no topic is called after it. */
  private static SpecificRecord ofNobody(SpecificRecord challenge) {
    Challenge c = (Challenge) challenge;
    return Challenge.newBuilder(c)
        .setRoster(
            c.getRoster().stream()
                .map(entry ->
                    entry.getRole() == RosterRole.AUTHOR
                        ? RosterEntry.newBuilder(entry).setWorker("W-01").build()
                        : entry)
                .toList())
        .build();
  }

  private static UnaryOperator<SpecificRecord> prompt(String prompt) {
    return e -> Request.newBuilder((Request) e).setPrompt(prompt).build();
  }

  private static UnaryOperator<SpecificRecord> text(String text) {
    return e -> Result.newBuilder((Result) e).setText(text).build();
  }

  private static List<ReceiptRecord> without(List<ReceiptRecord> epochs, int index) {
    List<ReceiptRecord> fewer = new ArrayList<>(epochs);
    fewer.remove(index);
    return fewer;
  }

  private static Receipt epoch(Receipt receipt, UnaryOperator<EpochClosed> change) {
    List<ReceiptRecord> epochs = new ArrayList<>(receipt.getEpochs());
    epochs.set(1, resigned(epochs.get(1), e -> change.apply((EpochClosed) e)));
    return Receipt.newBuilder(receipt).setEpochs(epochs).build();
  }

  private static CosignatureCopy otherProof(CosignatureCopy cosignature) {
    ByteBuffer proof = Wire.buffer(Wire.bytes(cosignature.getProof()));
    proof.put(40, (byte) (proof.get(40) ^ 1));
    return CosignatureCopy.newBuilder(cosignature).setProof(proof).build();
  }

  private static Receipt registration(Receipt receipt, UnaryOperator<RegistryUpdate> change) {
    return with(
        receipt, RegistryUpdate.class::isInstance, resigned(e -> change.apply((RegistryUpdate) e)));
  }

  private static SealedReceiptRecord foreignVote(long leaf) {
    return Receipts.of(2).getLog().stream()
        .filter(r -> Receipts.event(Wire.bytes(r.getValue())) instanceof Vote)
        .findFirst()
        .map(r -> SealedReceiptRecord.newBuilder(r).setLeaf(leaf).build())
        .orElseThrow();
  }
}
