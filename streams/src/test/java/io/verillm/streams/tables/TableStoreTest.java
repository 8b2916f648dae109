package io.verillm.streams.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.streams.tables.TableBatch.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableStoreTest {
  private static final TopicPartition SOURCE = new TopicPartition("balances", 0);
  private static final int BATCH_RECORDS = 50;

  /** Appends batches for ever from where the file ends; killed from outside. */
  static final class Feeder {
    private Feeder() {}

    public static void main(String[] args) throws SQLException {
      try (TableStore store = TableStore.open(Path.of(args[0]))) {
        long next = store.nextOffsets().getOrDefault(SOURCE, 0L);
        while (true) {
          store.write(batch(next));
          next += BATCH_RECORDS;
          System.out.println(next);
        }
      }
    }
  }

  private static TableBatch batch(long start) {
    TableBatch batch = new TableBatch();
    for (long offset = start; offset < start + BATCH_RECORDS; offset++) {
      Origin origin = new Origin(SOURCE, offset, offset);
      batch.add("balances", origin, "account-" + offset % 7, offset, offset);
      batch.passed(origin);
    }
    return batch;
  }

  @Test
  void shouldHoldEveryRecordOnceHoweverOftenItsProcessIsKilled(@TempDir Path dir) throws Exception {
    long held = 0;
    for (int round = 0; round < 3; round++) {
      killInTheMiddle(dir);
      assertThat(
              new SqlClient(dir)
                  .query("SELECT count(*) = max(log_offset) + 1 FROM log.balances")
                  .rows())
          .containsExactly(List.of(true));
      held = assertNoGapNoDuplicate(dir, held);
    }
  }

  /** Kills a feeder while it writes, at no particular point. */
  private static void killInTheMiddle(Path dir) throws IOException, InterruptedException {
    Process feeder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Feeder.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = feeder.inputReader()) {
      for (int batches = 0; batches < 20; batches++) {
        assertThat(lines.readLine()).isNotNull();
      }
    } finally {
      feeder.destroyForcibly();
    }
    assertThat(feeder.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static long assertNoGapNoDuplicate(Path dir, long before) throws SQLException {
    try (TableStore store = TableStore.open(dir);
        Connection reader = store.reader();
        Statement statement = reader.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*), count(DISTINCT log_offset), max(log_offset) + 1"
                    + " FROM log.balances")) {
      long next = store.nextOffsets().get(SOURCE);
      row.next();
      assertThat(next).isGreaterThanOrEqualTo(before + 20 * BATCH_RECORDS);
      assertThat(row.getLong(1)).isEqualTo(next);
      assertThat(row.getLong(2)).isEqualTo(next);
      assertThat(row.getLong(3)).isEqualTo(next);
      return next;
    }
  }

  @Test
  void shouldWriteNeitherRowsNorOffsetsOfABatchThatFails(@TempDir Path dir) throws SQLException {
    try (TableStore store = TableStore.open(dir)) {
      store.write(batch(0));
      TableBatch broken = batch(BATCH_RECORDS);
      broken.add("no_such_table", new Origin(SOURCE, 100, 0), "x");

      assertThatThrownBy(() -> store.write(broken)).isInstanceOf(SQLException.class);

      assertThat(store.nextOffsets()).containsEntry(SOURCE, (long) BATCH_RECORDS);
      store.write(batch(BATCH_RECORDS));
      assertThat(store.nextOffsets()).containsEntry(SOURCE, 2L * BATCH_RECORDS);
    }
    assertNoGapNoDuplicate(dir, 0 - 18 * BATCH_RECORDS);
  }

  @Test
  void shouldKeepASecondProcessOut(@TempDir Path dir) throws Exception {
    try (TableStore store = TableStore.open(dir)) {
      store.write(batch(0));
      Process second =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Feeder.class.getName(),
                  dir.toString())
              .redirectErrorStream(true)
              .start();
      await().atMost(Duration.ofSeconds(30)).until(() -> !second.isAlive());
      assertThat(second.exitValue()).isNotZero();
    }
  }
}
