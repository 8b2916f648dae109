package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.DutyMissed;
import io.verillm.events.JournalEntry;
import io.verillm.events.RequestInput;
import io.verillm.events.Score;
import io.verillm.events.Seal;
import io.verillm.events.SettleCase;
import io.verillm.events.TaskExposed;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.fraud.Fraud;
import io.verillm.protocol.fraud.FraudProof;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SignedCheckpoint;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coordinators that lie with their own key, and what an audit says. */
class AuditTest {
  private static final MemoryRecords RUN = RecordedRun.of(3);
  private static final Catalogue CATALOGUE = Catalogue.of(RUN.shards());

  @Test
  void shouldFindAnHonestRunIdentical() {
    AuditReport report = Audit.of(RUN);

    assertThat(report.findings()).isEmpty();
    assertThat(report.proofs()).isEmpty();
    assertThat(report.identical()).isTrue();
    assertThat(report.counts())
        .containsEntry("verdicts recomputed", 7L)
        .containsEntry("challenges recomputed", 5L)
        .containsEntry("records that honest readers pass over", 5L)
        .containsEntry("cases without a last verdict", 0L);
    assertThat(report.counts().get("scores recomputed")).isPositive();
    assertThat(report.counts().get("transfers recomputed")).isPositive();
    assertThat(report.balances()).containsKey("treasury");
    assertThat(report.balances().values().stream().mapToLong(Long::longValue).sum()).isZero();
    assertThat(report.checked())
        .allSatisfy((rule, number) ->
            assertThat(number > 0).as(rule.label()).isEqualTo(rule != AuditRule.COORDINATOR));
    assertThat(report.wrong().values()).containsOnly(0L);
  }

  @Test
  void shouldFindWhatBuildsWithOlderSchemasWroteIdentical() {
    AuditReport report = Audit.of(RecordedRun.ofEarlier());

    assertThat(report.findings()).isEmpty();
    assertThat(report.identical()).isTrue();
    assertThat(report.counts().get("challenges recomputed")).isPositive();
  }

  /** What the rules give has an input, which the older schema has no field for. */
  @Test
  void shouldNameAChallengeThatHidesItsInputBehindAnOlderSchema() {
    SignedRecord challenge = record(CATALOGUE.challenges().name(), Challenge.class::isInstance);

    AuditReport report =
        Audit.of(RUN.with(challenge, rewritten(event -> OldEvents.encode(event, 2))));

    assertNamed(report, challenge, AuditRule.DECISION);
  }

  @Test
  void shouldSettleAPlantedRequestAgainByItsOpenedFlag() {
    AuditReport report = Audit.of(RecordedRun.flagged());

    assertThat(report.findings()).isEmpty();
    assertThat(report.identical()).isTrue();
  }

  /** No rule was broken, and nobody can tell a loss from a choice. */
  @Test
  void shouldCountVerdictsThatRestOnTheCoordinatorsWordThatItLostAnOutput() {
    String count = "verdicts by the coordinator's word that it lost an output";

    AuditReport report = Audit.of(RecordedRun.of(RecordedRun.Incident.OUTPUT_LOST));

    assertThat(report.findings()).isEmpty();
    assertThat(report.identical()).isTrue();
    assertThat(report.counts()).containsEntry(count, 1L);
    assertThat(Audit.of(RUN).counts()).doesNotContainKey(count);
  }

  @Test
  void shouldNameALossForADutyThatNobodyEverHad() {
    MemoryRecords run = RecordedRun.flagged();
    SignedRecord settle =
        run.of(CATALOGUE.ledgerCommands().name()).stream()
            .filter(r -> PublicRecords.event(r).filter(SettleCase.class::isInstance).isPresent())
            .findFirst()
            .orElseThrow();
    DutyMissed elsewhere = missed(CATALOGUE.shards(), 0);
    DutyMissed before = missed(-1, 0);
    DutyMissed ahead = missed(1, 1_000);

    for (DutyMissed missed : List.of(elsewhere, before, ahead)) {
      AuditReport report = Audit.of(run.with(settle, resigned(e -> missed)));

      assertNamed(report, settle, AuditRule.DECISION);
      assertThat(report.findings())
          .filteredOn(finding -> finding.message().contains(missed.getCommandId()))
          .filteredOn(finding -> finding.message().endsWith("follows from nothing"))
          .as(missed.getCommandId())
          .hasSize(1);
    }
  }

  @Test
  void shouldNameAClaimThatTheCoordinatorIgnored() {
    MemoryRecords run = RecordedRun.ofIgnoredClaim();
    SignedRecord shown =
        run.of(CATALOGUE.flags().name()).stream()
            .filter(r -> PublicRecords.event(r).filter(ClaimIgnored.class::isInstance).isPresent())
            .findFirst()
            .orElseThrow();

    AuditReport report = Audit.of(run);

    assertNamed(report, shown, AuditRule.DECISION);
    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("w-12", "claim"));
  }

  /** Votes are known by then: who may sign such tasks unseen undoes what it does not like. */
  @Test
  void shouldNameATaskThatTheCoordinatorSignedOtherwiseThanItSays() {
    MemoryRecords run = RecordedRun.ofExposedTask();
    SignedRecord shown =
        run.of(CATALOGUE.disputes().name()).stream()
            .filter(r -> PublicRecords.event(r).filter(TaskExposed.class::isInstance).isPresent())
            .findFirst()
            .orElseThrow();

    AuditReport report = Audit.of(run);

    assertNamed(report, shown, AuditRule.DECISION);
    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("signed another task"));
    FraudProof proof = report.proofs().getFirst().proof();
    VerifyKey key = RunKeys.signer(Signers.COORDINATOR).key().publicKey();
    assertThat(proof.fraud()).isEqualTo(Fraud.FALSE_TASK);
    assertThat(FraudProof.parse(proof.bytes()).orElseThrow().verify(key))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("is not what was accepted"));
    List<SignedRecord> honest = new ArrayList<>(proof.records());
    honest.set(
        0,
        RecordedRun.privateOfExposedTask().of(proof.records().getFirst().topic()).stream()
            .filter(r -> Arrays.equals(r.key(), proof.records().getFirst().key()))
            .findFirst()
            .orElseThrow());
    assertThat(new FraudProof(Fraud.FALSE_TASK, proof.registration(), honest).verify(key))
        .as("the task as it was sent")
        .isEmpty();
  }

  private static DutyMissed missed(int shard, long dutyEpoch) {
    String id = "duty/%d/%d/w-01".formatted(shard, dutyEpoch);
    return new DutyMissed(id, "w-01", shard, dutyEpoch, false, 1, 1_000_000L);
  }

  @Test
  void shouldHoldTheLogAgainstTheKeyThatTheAuditorWasGiven() {
    VerifyKey own = RunKeys.signer(Signers.COORDINATOR).key().publicKey();
    VerifyKey other = RunKeys.signer("worker:x").key().publicKey();

    AuditReport honest = Audit.of(RUN, own, AuditProgress.SILENT);
    AuditReport forged = Audit.of(RUN, other, AuditProgress.SILENT);

    assertThat(honest.identical()).isTrue();
    assertThat(honest.checked()).containsEntry(AuditRule.COORDINATOR, 1L);
    assertThat(forged.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.rule()).isEqualTo(AuditRule.COORDINATOR);
          assertThat(finding.message()).contains(own.hex(), other.hex());
        });
  }

  @Test
  void shouldTellHowFarItIs() {
    List<String> steps = new ArrayList<>();

    Audit.of(RUN, null, (step, done, all) -> steps.add(step + " " + done + "/" + all));

    assertThat(steps)
        .hasSize(RUN.partitions().size() + RUN.shards() + 2)
        .contains("reading and verifying partitions 0/" + RUN.partitions().size())
        .last()
        .isEqualTo("settling again 0/1");
  }

  @Test
  void shouldBlameTheChangedRecordFirstAndCountWhatFollows() {
    SignedRecord settle = record(CATALOGUE.ledgerCommands().name(), SettleCase.class::isInstance);

    AuditReport report = Audit.of(RUN.with(settle, AuditTest::withAnotherLastByte));

    assertThat(report.findings().getFirst().rule()).isEqualTo(AuditRule.SIGNATURE);
    assertThat(report.findings().getFirst().offset()).isEqualTo(settle.offset());
    assertThat(report.findings()).extracting(Finding::rule).contains(AuditRule.TREE);
    assertThat(report.text())
        .containsSubsequence(
            "WRONG %s-%d@%d  ".formatted(settle.topic(), settle.partition(), settle.offset()),
            RecordKeys.readable(settle.key()),
            "what follows from that, or may:",
            "NOT identical: 1 wrong by itself");
    // What a lost command moved is missed, and no other settlement is accused.
    assertThat(report.findings())
        .filteredOn(finding -> finding.event().startsWith("Transfer settle/"))
        .hasSize(1);
  }

  @Test
  void shouldFollowTheSealsBehindALostOne() {
    SignedRecord seal = RUN.of(CATALOGUE.seals().name()).get(2);

    AuditReport report = Audit.of(RUN.with(seal, AuditTest::withAnotherLastByte));

    assertThat(report.findings())
        .filteredOn(finding -> finding.rule() == AuditRule.SEAL)
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("epoch 3 where 2 follows"));
    assertThat(report.findings().getFirst().offset()).isEqualTo(seal.offset());
  }

  private static SignedRecord withAnotherLastByte(SignedRecord record) {
    byte[] value = record.value().clone();
    value[value.length - 1] ^= 1;
    return new SignedRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        value,
        record.signer(),
        record.signature());
  }

  @Test
  void shouldFindARunIdenticalWhereverItStops() {
    for (int turns = 0; turns < 10; turns += 3) {
      AuditReport report = Audit.of(RecordedRun.of(2, turns));

      assertThat(report.findings()).as("after %d turns", turns).isEmpty();
    }
  }

  @Test
  void shouldNameAVerdictThatTheVotesDoNotGive() {
    SignedRecord verdict =
        record(CATALOGUE.verdicts().name(), e -> e instanceof Verdict v && v.getLast());

    AuditReport report =
        Audit.of(
            RUN.with(
                verdict,
                resigned(e ->
                    Verdict.newBuilder((Verdict) e)
                        .setOutcome(VerdictOutcome.INCONCLUSIVE)
                        .build())));

    assertNamed(report, verdict, AuditRule.DECISION);
    assertThat(report.findings())
        .anySatisfy(finding ->
            assertThat(finding.message()).contains("outcome is INCONCLUSIVE where the rules give"));
  }

  @Test
  void shouldMissAVerdictThatWasLeftOut() {
    SignedRecord verdict = record(CATALOGUE.verdicts().name(), e -> true);

    AuditReport report = Audit.of(RUN.with(verdict, gone -> null));

    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.rule()).isEqualTo(AuditRule.DECISION);
          assertThat(finding.topic()).isEqualTo(verdict.topic());
          assertThat(finding.message()).contains("verdict", "is missing");
        });
  }

  @Test
  void shouldNameASettlementThatPaysSomebodyElse() {
    SignedRecord settle = record(CATALOGUE.ledgerCommands().name(), SettleCase.class::isInstance);

    AuditReport report =
        Audit.of(
            RUN.with(
                settle,
                resigned(
                    e -> SettleCase.newBuilder((SettleCase) e).setPayments(List.of()).build())));

    assertNamed(report, settle, AuditRule.DECISION);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 7_200_000})
  void shouldNameASettlementWhoseVotesAreWorthMoreOrLessThanTheParametersSay(long weight) {
    SignedRecord settle = record(CATALOGUE.ledgerCommands().name(), SettleCase.class::isInstance);

    AuditReport report =
        Audit.of(
            RUN.with(
                settle,
                resigned(
                    e -> SettleCase.newBuilder((SettleCase) e).setPeerWeight(weight).build())));

    assertNamed(report, settle, AuditRule.DECISION);
  }

  @Test
  void shouldNameATransferThatMovesAnotherAmount() {
    SignedRecord transfer =
        record(
            CATALOGUE.transfers().name(),
            e -> e instanceof Transfer t && !t.getPostings().isEmpty());

    AuditReport report =
        Audit.of(
            RUN.with(
                transfer,
                resigned(e -> {
                  Transfer t = (Transfer) e;
                  return Transfer.newBuilder(t)
                      .setPostings(t.getPostings().subList(1, t.getPostings().size()))
                      .build();
                })));

    assertNamed(report, transfer, AuditRule.LEDGER);
    assertNamed(report, transfer, AuditRule.SUM);
  }

  @Test
  void shouldNameAScoreThatTheVotesDoNotGive() {
    SignedRecord score = record(CATALOGUE.scores().name(), e -> true);

    AuditReport report =
        Audit.of(
            RUN.with(
                score, resigned(e -> Score.newBuilder((Score) e).setScore(1_000_000L).build())));

    assertNamed(report, score, AuditRule.LEDGER);
  }

  @Test
  void shouldNameAJournalEntryThatRefusesWhatCounts() {
    SignedRecord entry =
        record(
            CATALOGUE.journal().name(),
            e -> e instanceof JournalEntry j && j.getTopic().equals(CATALOGUE.votes().name()));

    AuditReport report =
        Audit.of(
            RUN.with(
                entry,
                resigned(e ->
                    JournalEntry.newBuilder((JournalEntry) e)
                        .setAccepted(false)
                        .setReason("LATE")
                        .build())));

    assertNamed(report, entry, AuditRule.JOURNAL);
  }

  @Test
  void shouldNameASealOfAnotherTime() {
    SignedRecord seal = RUN.of(CATALOGUE.seals().name()).get(3);

    AuditReport report =
        Audit.of(
            RUN.with(
                seal,
                resigned(e ->
                    Seal.newBuilder((Seal) e)
                        .setTimeMillis(((Seal) e).getTimeMillis() + 1)
                        .build())));

    // The seal is sound in itself; its successor, its cosignatures and its closed epochs deny it.
    assertThat(report.findings())
        .extracting(Finding::rule)
        .contains(AuditRule.SEAL, AuditRule.COSIGNATURE, AuditRule.CLOSED_EPOCH);
    assertThat(report.proofs())
        .extracting(Proved::sentence)
        .anySatisfy(sentence -> assertThat(sentence).startsWith("two seals of epoch 3"));
    assertThat(report.text()).contains("PROVED two seals of epoch 3");
  }

  @Test
  void shouldProveThatASealDroppedARecord() {
    SignedRecord vote = record(CATALOGUE.votes().name(), Vote.class::isInstance);

    AuditReport report = Audit.of(RUN.with(vote, gone -> null));

    assertThat(report.proofs())
        .singleElement()
        .satisfies(proved -> {
          assertThat(proved.sentence()).contains("is not over these", "if they are the log's");
          FraudProof read = FraudProof.parse(proved.proof().bytes()).orElseThrow();
          assertThat(read.verify(RunKeys.signer(Signers.COORDINATOR).key().publicKey()))
              .contains(proved.sentence());
        });
  }

  @Test
  void shouldProveADrawOfAnotherEpoch() {
    SignedRecord challenge = record(CATALOGUE.challenges().name(), Challenge.class::isInstance);

    AuditReport report =
        Audit.of(
            RUN.with(
                challenge,
                resigned(e ->
                    Challenge.newBuilder((Challenge) e)
                        .setProof(((Challenge) e).getCommitteeProof())
                        .build())));

    assertThat(report.proofs())
        .extracting(Proved::sentence)
        .anySatisfy(sentence -> assertThat(sentence).contains("proof of the positions"));
  }

  @Test
  void shouldProveAChallengeByAnotherSeedThanWasSealed() {
    SignedRecord challenge = record(CATALOGUE.challenges().name(), Challenge.class::isInstance);

    AuditReport report = Audit.of(RUN.with(challenge, resigned(AuditTest::withAnotherSeed)));

    assertNamed(report, challenge, AuditRule.DECISION);
    assertThat(report.proofs())
        .extracting(Proved::sentence)
        .anySatisfy(sentence -> assertThat(sentence).contains("does not open its input seal"));
  }

  private static Challenge withAnotherSeed(SpecificRecord event) {
    Challenge challenge = (Challenge) event;
    RequestInput input =
        RequestInput.newBuilder(challenge.getInput())
            .setSeed(Wire.buffer(Hashing.hash("better")))
            .build();
    return Challenge.newBuilder(challenge).setInput(input).build();
  }

  @Test
  void shouldHandOutCheckpointsAndProofsThatNeedNoLog() {
    LogProofs proofs = LogProofs.of(RUN);
    SignedRecord vote = record(CATALOGUE.votes().name(), Vote.class::isInstance);
    LogPartition partition = new LogPartition(vote.topic(), vote.partition());
    long epoch = proofs.epochOf(partition, vote.offset()).orElseThrow();
    SignedCheckpoint first = proofs.checkpoint(epoch).orElseThrow();
    SignedCheckpoint last = proofs.checkpoint(proofs.lastEpoch().orElseThrow()).orElseThrow();

    assertThat(proofs.keys()).hasSize(3).allMatch(first::isSignedBy).allMatch(last::isSignedBy);
    assertThat(SignedCheckpoint.parse(last.text())).contains(last);
    assertThat(
            proofs
                .inclusion(partition, vote.offset(), last.checkpoint())
                .verify(vote.recordHash(), last.checkpoint()))
        .isTrue();
    assertThat(
            proofs
                .consistency(first.checkpoint(), last.checkpoint())
                .verify(first.checkpoint(), last.checkpoint()))
        .isTrue();
    assertThat(proofs.checkpoint(epoch - 1).orElseThrow().checkpoint().size())
        .isLessThanOrEqualTo(proofs.inclusion(partition, vote.offset(), last.checkpoint()).index());
  }

  @Test
  void shouldWriteItsFindingsAsTextAndAsJson() {
    SignedRecord score = record(CATALOGUE.scores().name(), e -> true);
    AuditReport report = Audit.of(RUN.with(score, gone -> null));

    assertThat(report.text()).contains("WRONG " + CATALOGUE.scores().name(), "NOT identical");
    assertThat(report.json())
        .startsWith("{\"identical\":false")
        .contains("\"rule\":\"ledger\"")
        .doesNotContain("\n");
  }

  private static void assertNamed(AuditReport report, SignedRecord record, AuditRule rule) {
    assertThat(report.identical()).isFalse();
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.rule()).isEqualTo(rule);
          assertThat(finding.topic()).isEqualTo(record.topic());
          assertThat(finding.partition()).isEqualTo(record.partition());
          assertThat(finding.offset()).isEqualTo(record.offset());
        });
  }

  private static SignedRecord record(String topic, Predicate<SpecificRecord> wanted) {
    return RUN.of(topic).stream()
        .filter(record -> PublicRecords.event(record).filter(wanted).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static UnaryOperator<SignedRecord> resigned(UnaryOperator<SpecificRecord> change) {
    return rewritten(event -> EventCodec.encode(change.apply(event)));
  }

  private static UnaryOperator<SignedRecord> rewritten(Function<SpecificRecord, byte[]> change) {
    return record ->
        RunKeys.resigned(record, change.apply(PublicRecords.event(record).orElseThrow()));
  }
}
