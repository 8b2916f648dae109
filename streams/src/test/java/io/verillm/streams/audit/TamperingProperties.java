package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** One flipped bit anywhere in a recorded run is found, and the record is named. */
class TamperingProperties {
  private static final MemoryRecords RUN = RecordedRun.of(2);
  private static final List<String> TOPICS =
      RUN.all().stream().map(SignedRecord::topic).distinct().sorted().toList();

  private static Path archive;

  @BeforeContainer
  static void export() throws IOException {
    archive = Files.createTempDirectory("archive");
    RecordArchive.export(RUN, archive);
  }

  @AfterContainer
  static void delete() throws IOException {
    try (var paths = Files.walk(archive)) {
      paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void aFlippedBitOfARecordIsFoundAndTheRecordNamed(@ForAll long seed) {
    Random random = new Random(seed);
    List<SignedRecord> topic = RUN.of(TOPICS.get(random.nextInt(TOPICS.size())));
    SignedRecord victim = topic.get(random.nextInt(topic.size()));

    AuditReport report = Audit.of(RUN.with(victim, record -> flipped(record, random)));

    assertThat(report.findings())
        .as("%s-%d@%d", victim.topic(), victim.partition(), victim.offset())
        .anySatisfy(finding -> {
          assertThat(finding.topic()).isEqualTo(victim.topic());
          assertThat(finding.partition()).isEqualTo(victim.partition());
          assertThat(finding.offset()).isEqualTo(victim.offset());
        });
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void aDroppedRecordIsFound(@ForAll long seed) {
    Random random = new Random(seed);
    List<SignedRecord> topic = RUN.of(TOPICS.get(random.nextInt(TOPICS.size())));
    // Behind the last seal, or superseded by a later balance, a record binds nobody.
    SignedRecord victim = topic.get(random.nextInt(1 + topic.size() / 2));

    AuditReport report = Audit.of(RUN.with(victim, gone -> null));

    assertThat(report.identical() && !isOnlySaidElsewhere(victim))
        .as("%s-%d@%d", victim.topic(), victim.partition(), victim.offset())
        .isFalse();
  }

  /** Cosignatures are in the closed epochs too, and of balances only the last one counts. */
  private static boolean isOnlySaidElsewhere(SignedRecord record) {
    return record.topic().contains("cosignatures") || record.topic().contains("balances");
  }

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void aFlippedBitOfAnArchivesFileIsFoundInItsPartition(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<LogPartition> partitions = List.copyOf(RUN.partitions());
    LogPartition partition = partitions.get(random.nextInt(partitions.size()));
    Path file = archive.resolve(partition + ".avro");
    byte[] honest = Files.readAllBytes(file);
    byte[] changed = honest.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));

    AuditReport report;
    try (RecordArchive opened = RecordArchive.open(archive)) {
      Files.write(file, changed);
      report = Audit.of(opened);
    } finally {
      Files.write(file, honest);
    }

    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.topic()).isEqualTo(partition.topic());
          assertThat(finding.partition()).isEqualTo(partition.partition());
          assertThat(finding.rule()).isEqualTo(AuditRule.ARCHIVE);
        });
  }

  private static SignedRecord flipped(SignedRecord r, Random random) {
    byte[] key = r.key().clone();
    byte[] value = r.value().clone();
    byte[] signature = r.signature().clone();
    byte[] target = List.of(value, value, key, signature).get(random.nextInt(4));
    target[random.nextInt(target.length)] ^= (byte) (1 << random.nextInt(8));
    return new SignedRecord(
        r.topic(), r.partition(), r.offset(), key, value, r.signer(), signature);
  }
}
