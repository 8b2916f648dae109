package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.store.EvidenceStoreFull;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Two processes of one worker on one bucket. */
class S3EvidenceTest {
  private static final Hash TASK = Hashing.hash("task-one");

  @Test
  void shouldShowOneProcessWhatAnotherKept() throws Exception {
    try (FaultyS3 s3 = new FaultyS3();
        S3Client client = s3.clients(Duration.ofSeconds(10)).s3()) {
      S3Folder folder = new S3Folder(client, FaultyS3.BUCKET, "evidence/w-01/");
      EvidenceStore second = EvidenceStore.open(folder, 10_000);
      EvidenceStore first = EvidenceStore.open(folder, 10_000);

      first.keepTask(TASK, record(1));
      first.mark(TASK, "opened-1-1");
      second.keepTask(TASK, record(2));

      assertThat(second.findTask(TASK).orElseThrow().value()).containsExactly(1);
      assertThat(second.marked(TASK, "opened-1-1")).isTrue();
      assertThat(second.marked(TASK, "opened-1-2")).isFalse();
      EvidenceStore restarted = EvidenceStore.open(folder, 10_000);
      assertThat(restarted.tasks()).containsExactly(TASK);
      assertThat(restarted.bytes()).isEqualTo(first.bytes()).isPositive();

      restarted.drop(TASK);
      assertThat(restarted.bytes()).isZero();
      assertThat(folder.list()).isEmpty();
    }
  }

  @Test
  void shouldSayThatItIsFullAndKeepNothingThen() throws Exception {
    try (FaultyS3 s3 = new FaultyS3();
        S3Client client = s3.clients(Duration.ofSeconds(10)).s3()) {
      S3Folder folder = new S3Folder(client, FaultyS3.BUCKET, "evidence/w-01/");
      EvidenceStore store = EvidenceStore.open(folder, 10);

      Assertions.assertThatThrownBy(() -> store.keepTask(TASK, record(1)))
          .isInstanceOf(EvidenceStoreFull.class);
      assertThat(folder.list()).isEmpty();
      assertThat(store.bytes()).isZero();
    }
  }

  private static SignedRecord record(int value) {
    return new SignedRecord(
        "topic", 0, 7, TASK.bytes(), new byte[] {(byte) value}, "coordinator", new byte[64]);
  }
}
