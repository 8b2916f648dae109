package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.aws.FaultyS3.Fault;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

class CheckpointBucketTest {
  private static final byte[] NOTE = "verillm/log\n42\nroot\n".getBytes(StandardCharsets.UTF_8);
  private static FaultyS3 s3;
  private static S3Client client;

  private final CheckpointBucket bucket =
      new CheckpointBucket(
          client,
          FaultyS3.BUCKET,
          "checkpoints/",
          Optional.of(Duration.ofDays(30)),
          () -> Instant.parse("2026-11-22T00:00:00Z"));

  @BeforeAll
  static void start() throws Exception {
    s3 = new FaultyS3();
    client = s3.clients(Duration.ofSeconds(10)).s3();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    s3.close();
  }

  @Test
  void shouldPublishUnderALockThatNobodyCanShorten() throws Exception {
    bucket.publish(1, NOTE);

    assertThat(bucket.find(1)).hasValue(NOTE);
    assertThat(bucket.find(2)).isEmpty();
    assertThat(s3.lockHeaders())
        .contains(
            "x-amz-object-lock-mode: COMPLIANCE",
            "x-amz-object-lock-retain-until-date: 2026-12-22T00:00:00Z");
    assertThat(s3.requests()).contains("PUT /verillm-test/checkpoints/00000000000000000001");
  }

  @Test
  void shouldTakeTheSameCheckpointAgainAndRefuseAnother() throws Exception {
    bucket.publish(3, NOTE);
    bucket.publish(3, NOTE);

    assertThatThrownBy(() -> bucket.publish(3, new byte[] {1}))
        .isInstanceOf(CheckpointConflict.class)
        .hasMessage(
            "epoch 3 has another checkpoint already:"
                + " s3://verillm-test/checkpoints/00000000000000000003");
    assertThat(bucket.find(3)).hasValue(NOTE);
  }

  /** Two sealers of a forked log, at once: S3 decides, and both are told the same. */
  @Test
  void shouldLetOneOfTwoPublishersWinEveryEpoch() throws Exception {
    CheckpointBucket other =
        new CheckpointBucket(
            client, FaultyS3.BUCKET, "checkpoints/", Optional.empty(), InstantSource.system());
    byte[] fork = "verillm/log\n42\nanother root\n".getBytes(StandardCharsets.UTF_8);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int epoch = 100; epoch < 120; epoch++) {
        int number = epoch;
        CyclicBarrier together = new CyclicBarrier(2);
        Future<Boolean> first = threads.submit(() -> wins(together, bucket, number, NOTE));
        Future<Boolean> second = threads.submit(() -> wins(together, other, number, fork));

        assertThat(first.get()).isNotEqualTo(second.get());
        assertThat(bucket.find(epoch)).hasValue(first.get() ? NOTE : fork);
      }
    }
  }

  private static boolean wins(
      CyclicBarrier together, CheckpointBucket publisher, long epoch, byte[] note)
      throws Exception {
    together.await();
    try {
      publisher.publish(epoch, note);
      return true;
    } catch (CheckpointConflict e) {
      return false;
    }
  }

  @Test
  void shouldHavePublishedThoughTheAnswerWasLost() throws Exception {
    s3.next(Fault.ANSWER_LOST);

    bucket.publish(4, NOTE);

    assertThat(s3.left()).isZero();
    assertThat(bucket.find(4)).hasValue(NOTE);
  }

  @Test
  void shouldPublishBehindAnotherWriteThatIsUnderWay() throws Exception {
    s3.next(Fault.CONFLICTING, Fault.CONFLICTING);

    bucket.publish(6, NOTE);

    assertThat(s3.left()).isZero();
    assertThat(bucket.find(6)).hasValue(NOTE);
  }

  @Test
  void shouldSayThatItCouldNotPublish() {
    s3.next(Fault.THROTTLED, Fault.THROTTLED, Fault.THROTTLED);

    assertThatThrownBy(() -> bucket.publish(5, NOTE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot publish checkpoint 5 in s3://verillm-test");
  }
}
