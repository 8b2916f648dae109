package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.aws.FaultyS3.Fault;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

class S3FolderTest {
  private static final Duration ATTEMPT = Duration.ofSeconds(10);
  private static final byte[] ONE = {1, 2, 3};
  private static final byte[] OTHER = {4};
  private static FaultyS3 s3;
  private static S3Client client;
  private static int folders;

  private S3Folder folder;

  @BeforeAll
  static void start() throws Exception {
    s3 = new FaultyS3();
    client = s3.clients(ATTEMPT).s3();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    s3.close();
  }

  @BeforeEach
  void newFolder() {
    folder = new S3Folder(client, FaultyS3.BUCKET, "evidence/w-" + ++folders + "/");
  }

  @Test
  void shouldKeepTheFirstContentOfAName() {
    assertThat(folder.putIfAbsent("a/x", ONE)).isTrue();
    assertThat(folder.putIfAbsent("a/x", OTHER)).isFalse();

    assertThat(folder.find("a/x")).hasValue(ONE);
    assertThat(folder.find("a/y")).isEmpty();
    assertThat(folder.exists("a/x")).isTrue();
    assertThat(folder.exists("a/y")).isFalse();
    assertThat(folder.list()).containsOnlyKeys("a/x").containsEntry("a/x", 3L);
  }

  /** S3 tells that an object is absent only to those who may list the whole bucket. */
  @Test
  void shouldFindOutWhatIsAbsentThoughItIsForbiddenToAsk() {
    folder.putIfAbsent("a/x", ONE);
    s3.next(Fault.DENIED);
    assertThat(folder.find("a/y")).isEmpty();
    s3.next(Fault.DENIED);
    assertThat(folder.exists("a/y")).isFalse();
    s3.next(Fault.DENIED);
    assertThat(folder.exists("a/")).as("of a longer name").isFalse();
  }

  @Test
  void shouldNotTakeWhatItMayNotReadForAbsent() {
    folder.putIfAbsent("a/x", ONE);
    s3.next(Fault.DENIED);
    assertThatThrownBy(() -> folder.find("a/x")).isInstanceOf(UncheckedIOException.class);
    s3.next(Fault.DENIED, Fault.DENIED);
    assertThatThrownBy(() -> folder.exists("a/y")).isInstanceOf(UncheckedIOException.class);
    assertThat(s3.left()).isZero();
  }

  @Test
  void shouldLetOneOfManyWritersWin() throws Exception {
    List<Callable<Boolean>> writers =
        IntStream.range(0, 8)
            .<Callable<Boolean>>mapToObj(
                i -> () -> folder.putIfAbsent("race", new byte[] {(byte) i}))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      long won = 0;
      for (Future<Boolean> writer : threads.invokeAll(writers)) {
        won += writer.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void shouldDropWhatBeginsWithAPrefixAndNothingElse() {
    folder.putIfAbsent("a/x", ONE);
    folder.putIfAbsent("a/y", ONE);
    folder.putIfAbsent("ab", ONE);

    folder.dropAll("a/");

    assertThat(folder.list()).containsOnlyKeys("ab");
    folder.dropAll("nothing");
  }

  @Test
  void shouldTryAgainWhereS3IsSlowOrFails() {
    s3.next(Fault.THROTTLED, Fault.FAILED);
    assertThat(folder.putIfAbsent("a", ONE)).isTrue();
    s3.next(Fault.THROTTLED);
    assertThat(folder.find("a")).hasValue(ONE);
    s3.next(Fault.FAILED);
    assertThat(folder.exists("a")).isTrue();
    s3.next(Fault.FAILED, Fault.THROTTLED);
    assertThat(folder.list()).hasSize(1);
    assertThat(s3.left()).isZero();
  }

  @Test
  void shouldSayWhatFailedWhenItGivesUp() {
    s3.next(Fault.FAILED, Fault.FAILED, Fault.FAILED);

    assertThatThrownBy(() -> folder.putIfAbsent("a", ONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot keep s3://verillm-test/evidence/w-" + folders + "/a");

    assertThat(folder.exists("a")).isFalse();
  }

  /** The second try finds the first one's content: it is there, whoever is told so. */
  @Test
  void shouldHaveKeptWhatItWroteThoughTheAnswerWasLost() {
    s3.next(Fault.ANSWER_LOST);

    folder.putIfAbsent("a", ONE);

    assertThat(s3.left()).isZero();
    assertThat(folder.find("a")).hasValue(ONE);
  }

  @Test
  void shouldNotWaitForEverForAnAnswer() {
    try (S3Client impatient = s3.clients(Duration.ofMillis(500)).s3()) {
      S3Folder hurried = new S3Folder(impatient, FaultyS3.BUCKET, "hurried/");
      s3.next(Fault.SILENT);
      assertThat(hurried.putIfAbsent("a", ONE)).isTrue();

      s3.next(Fault.SILENT, Fault.SILENT, Fault.SILENT);
      assertThatThrownBy(() -> hurried.find("a")).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void shouldSendLongContentInPartsAndTryAPartAgain() {
    byte[] content = new byte[11 * 1024 * 1024];
    new Random(1).nextBytes(content);
    S3Folder parts = new S3Folder(client, FaultyS3.BUCKET, "parts/", 5 * 1024 * 1024);
    s3.next(Fault.NONE, Fault.NONE, Fault.FAILED);
    int before = s3.requests().size();

    assertThat(parts.putIfAbsent("long", content)).isTrue();

    assertThat(s3.requests().subList(before, s3.requests().size()))
        .filteredOn(request -> request.startsWith("PUT") && request.contains("partNumber"))
        .hasSize(4);
    assertThat(parts.find("long").map(found -> Arrays.equals(found, content))).hasValue(true);
  }

  @Test
  void shouldTakeBackAnUploadThatFails() {
    S3Folder parts = new S3Folder(client, FaultyS3.BUCKET, "failing/", 5 * 1024 * 1024);
    s3.next(Fault.NONE, Fault.NONE, Fault.FAILED, Fault.FAILED, Fault.FAILED);

    assertThatThrownBy(() -> parts.putIfAbsent("long", new byte[6 * 1024 * 1024]))
        .isInstanceOf(UncheckedIOException.class);

    assertThat(s3.requests())
        .anyMatch(request -> request.startsWith("DELETE") && request.contains("uploadId"));
    assertThat(parts.exists("long")).isFalse();
  }

  @Test
  void shouldRefuseAPrefixThatWouldMixFolders() {
    assertThatThrownBy(() -> new S3Folder(client, FaultyS3.BUCKET, "evidence/w-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'evidence/w-1'");
  }
}
