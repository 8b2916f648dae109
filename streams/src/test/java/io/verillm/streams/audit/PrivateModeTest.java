package io.verillm.streams.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Challenge;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptRule;
import io.verillm.protocol.receipt.ReceiptVerifier;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Topic;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** A run of which one request is private: what its parties can tell, and what others cannot. */
class PrivateModeTest {
  private static final MemoryRecords RUN = RecordedRun.ofPrivate();
  private static final MemoryRecords PRIVATE = RecordedRun.privateOfPrivate();
  private static final Catalogue CATALOGUE = Catalogue.of(RUN.shards());
  private static final String REQUEST = RecordedRun.id(1);
  private static final Optional<DecryptionKey> REQUESTER =
      Optional.of(RunKeys.reader(Signers.REQUESTER));

  @Test
  void shouldDecideAboutOpeningsThatNobodyElseCanRead() {
    List<SpecificRecord> openings =
        RUN.of(CATALOGUE.openings().name()).stream()
            .filter(r -> new String(r.key(), UTF_8).equals(REQUEST))
            .map(r -> PublicRecords.event(r).orElseThrow())
            .toList();
    Verdict last =
        RUN.of(CATALOGUE.verdicts().name()).stream()
            .flatMap(r -> PublicRecords.event(r).stream())
            .map(Verdict.class::cast)
            .filter(v -> v.getLast() && v.getRequestId().equals(REQUEST))
            .findFirst()
            .orElseThrow();

    assertThat(openings).isNotEmpty().allMatch(PrivateOpening.class::isInstance);
    assertThat(last.getOutcome()).isEqualTo(VerdictOutcome.REJECTED);
    assertThat(last.getRound()).isEqualTo(2);
    assertThat(last.getNotChecked()).contains("by anybody else: auditable by the parties only");
  }

  @Test
  void shouldSayInAnAuditThatOnlyThePartiesCanFollow() {
    AuditReport report = Audit.of(RUN);

    assertThat(report.findings()).isEmpty();
    assertThat(report.identical()).isTrue();
    assertThat(report.counts())
        .containsEntry("private cases: auditable by the parties only", 1L)
        .containsEntry("cases without a last verdict", 0L);
    assertThat(report.counts().get("decisions about private cases, not recomputed"))
        .isGreaterThanOrEqualTo(3L);
    assertThat(report.text()).contains("auditable by the parties only");
  }

  /** Who is not on the roster is no reader of the envelopes. */
  @Test
  void shouldNameAChallengeThatLeavesAMemberOffItsRoster() {
    SignedRecord challenge =
        RUN.of(CATALOGUE.challenges().name()).stream()
            .filter(r -> new String(r.key(), UTF_8).equals(REQUEST))
            .findFirst()
            .orElseThrow();
    Challenge said = (Challenge) PublicRecords.event(challenge).orElseThrow();
    List<RosterEntry> fewer = said.getRoster().subList(0, said.getRoster().size() - 1);
    byte[] value = EventCodec.encode(Challenge.newBuilder(said).setRoster(fewer).build());

    AuditReport report = Audit.of(RUN.with(challenge, record -> RunKeys.resigned(record, value)));

    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.rule()).isEqualTo(AuditRule.DECISION);
          assertThat(finding.topic()).isEqualTo(challenge.topic());
          assertThat(finding.offset()).isEqualTo(challenge.offset());
        });
  }

  @Test
  void shouldVerifyAReceiptWithTheRequestersKey() throws NoReceipt {
    byte[] file = file();

    ReceiptReport report = verify(file, REQUESTER);

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().text()).isEqualTo("a text");
    assertThat(report.checked().get(ReceiptRule.RECORD)).isPositive();
    assertThat(report.notChecked()).noneMatch(line -> line.contains("parties"));
  }

  @Test
  void shouldSayWhatAReceiptDoesNotShowToOthers() throws NoReceipt {
    ReceiptReport report = verify(file(), Optional.empty());

    assertThat(report.findings()).isEmpty();
    assertThat(report.claim().orElseThrow().text()).isEqualTo("(encrypted to the requester)");
    assertThat(report.claim().orElseThrow().outcome()).contains(VerdictOutcome.REJECTED);
    assertThat(report.notChecked()).anyMatch(line -> line.contains("by the parties only"));
  }

  @Test
  void shouldNotCutOutAReceiptThatItCannotRead() {
    assertThatThrownBy(() -> ReceiptExport.of(RUN, PrivateModeTest::privateRecords, REQUEST))
        .isInstanceOf(NoReceipt.class);
  }

  @Test
  void shouldFindAChangedByteWithAndWithoutTheKey() throws NoReceipt {
    byte[] file = file();
    file[file.length / 2] ^= 1;

    assertThat(verify(file, REQUESTER).sound()).isFalse();
    assertThat(verify(file, Optional.empty()).sound()).isFalse();
  }

  private static byte[] file() throws NoReceipt {
    return ReceiptFile.write(
        ReceiptExport.of(RUN, PrivateModeTest::privateRecords, REQUEST, REQUESTER));
  }

  private static List<SignedRecord> privateRecords(Topic topic, int partition) {
    return PRIVATE.of(topic.name()).stream().filter(r -> r.partition() == partition).toList();
  }

  private static ReceiptReport verify(byte[] file, Optional<DecryptionKey> requester) {
    return ReceiptVerifier.verify(
        file, ReceiptExport.topics(CATALOGUE), Optional.of(Receipts.COORDINATOR), requester);
  }
}
