package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordArchiveTest {
  private static final MemoryRecords RUN = RecordedRun.of(2);

  @TempDir Path directory;

  @Test
  void shouldGiveTheSameReportAsTheLogItWasExportedFrom() throws IOException {
    long records = RecordArchive.export(RUN, directory);

    try (RecordArchive archive = RecordArchive.open(directory)) {
      AuditReport report = Audit.of(archive);

      assertThat(report).isEqualTo(Audit.of(RUN));
      assertThat(report.identical()).isTrue();
      assertThat(records).isEqualTo(RUN.all().size());
      assertThat(archive.shards()).isEqualTo(RUN.shards());
    }
  }

  @Test
  void shouldKeepTimestampsAndHeadersAsTheyWere() throws IOException {
    RecordArchive.export(RUN, directory);

    try (RecordArchive archive = RecordArchive.open(directory)) {
      for (var partition : RUN.partitions()) {
        var before = new java.util.ArrayList<String>();
        var after = new java.util.ArrayList<String>();
        RUN.read(partition, record -> before.add(text(record)));
        archive.read(partition, record -> after.add(text(record)));
        assertThat(after).isEqualTo(before);
      }
    }
  }

  private static String text(
      org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> record) {
    return record.offset()
        + " "
        + record.timestamp()
        + " "
        + record.headers()
        + java.util.Arrays.toString(record.value());
  }

  @Test
  void shouldReportAMissingFile() throws IOException {
    RecordArchive.export(RUN, directory);
    try (var files = Files.list(directory)) {
      Files.delete(files.filter(f -> f.toString().contains("votes")).findFirst().orElseThrow());
    }

    try (RecordArchive archive = RecordArchive.open(directory)) {
      assertThat(Audit.of(archive).findings())
          .anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(AuditRule.ARCHIVE);
            assertThat(finding.message()).contains("missing");
          });
    }
  }

  @Test
  void shouldNotOverwriteAnything() throws IOException {
    Files.writeString(directory.resolve("letter.txt"), "dear");

    assertThatThrownBy(() -> RecordArchive.export(RUN, directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void shouldSayWhereNoArchiveIs() {
    assertThatThrownBy(() -> RecordArchive.open(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("manifest.json is missing");
  }
}
