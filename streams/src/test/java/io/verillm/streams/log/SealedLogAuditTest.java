package io.verillm.streams.log;

import static io.verillm.streams.log.LogStack.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.streams.audit.Audit;
import io.verillm.streams.audit.AuditReport;
import io.verillm.streams.audit.AuditRule;
import io.verillm.streams.audit.KafkaRecords;
import io.verillm.streams.audit.RecordArchive;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedLogAuditTest {
  @TempDir Path directory;

  @Test
  void shouldFindALogOfARealBrokerIdenticalWhileItRunsAndInItsExport() throws Exception {
    try (LogStack stack = LogStack.start(directory.resolve("broker"));
        Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      await().until(() -> stack.closed(0).size() >= 2);

      AuditReport exported;
      try (KafkaRecords records = new KafkaRecords(stack.servers(), CATALOGUE)) {
        assertThat(Audit.of(records).findings()).isEmpty();
        RecordArchive.export(records, directory.resolve("export"));
        exported = Audit.of(records);
      }

      try (RecordArchive archive = RecordArchive.open(directory.resolve("export"))) {
        AuditReport report = Audit.of(archive);
        assertThat(report).isEqualTo(exported);
        assertThat(report.checked().get(AuditRule.CLOSED_EPOCH)).isGreaterThanOrEqualTo(4);
        assertThat(report.checked().get(AuditRule.REGISTRY_COPY)).isEqualTo(2);
      }
    }
  }
}
