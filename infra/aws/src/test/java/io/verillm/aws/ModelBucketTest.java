package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.verillm.aws.FaultyS3.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class ModelBucketTest {
  private static final int PART = 5 << 20;
  private static final List<String> FILES = List.of("config.json", "model.safetensors");
  private static FaultyS3 s3;
  private static S3Client client;
  private static int models;

  @TempDir private Path folder;
  private final ModelBucket bucket = new ModelBucket(client, FaultyS3.BUCKET, "models/", PART);
  private String id = "";
  private Path source;
  private Path fetched;

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

  @BeforeEach
  void write() throws IOException {
    id = "%064x".formatted(++models);
    source = Files.createDirectory(folder.resolve("source"));
    fetched = Files.createDirectory(folder.resolve("fetched"));
    byte[] weights = new byte[2 * PART + 1000];
    new Random(1).nextBytes(weights);
    Files.write(source.resolve("model.safetensors"), weights);
    Files.writeString(source.resolve("config.json"), "{}");
  }

  @Test
  void shouldFetchWhatWasPushedByteForByte() throws IOException {
    bucket.push(id, source, FILES);

    bucket.fetch(id, fetched, name -> true);

    requireSame();
  }

  @Test
  void shouldTryPiecesAgainThatAreThrottledFailOrBreakOff() throws IOException {
    s3.next(Fault.NONE, Fault.THROTTLED, Fault.NONE, Fault.NONE, Fault.FAILED);
    bucket.push(id, source, FILES);
    assertThat(s3.left()).isZero();

    s3.next(Fault.THROTTLED, Fault.NONE, Fault.CUT_SHORT, Fault.NONE, Fault.CUT_SHORT);
    bucket.fetch(id, fetched, name -> true);

    assertThat(s3.left()).isZero();
    requireSame();
  }

  @Test
  void shouldHavePushedThoughTheAnswerWasLost() throws IOException {
    s3.next(Fault.NONE, Fault.ANSWER_LOST);

    bucket.push(id, source, List.of("config.json"));

    assertThat(s3.left()).isZero();
    bucket.fetch(id, fetched, name -> true);
    assertThat(fetched.resolve("config.json")).hasContent("{}");
  }

  @Test
  void shouldGiveUpOnAnObjectThatAlwaysBreaksOff() throws IOException {
    bucket.push(id, source, List.of("config.json"));
    Fault[] always = Stream.generate(() -> Fault.CUT_SHORT).limit(12).toArray(Fault[]::new);
    s3.next(Fault.NONE);
    s3.next(always);

    assertThatThrownBy(() -> bucket.fetch(id, fetched, name -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("s3://verillm-test/models/" + id);
    s3.forgetFaults();
  }

  @Test
  void shouldSayWhereNothingLies() {
    assertThatThrownBy(() -> bucket.fetch(id, fetched, name -> true))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("s3://verillm-test/models/" + id + "/");
  }

  @Test
  void shouldTakeOnlyWhatIsWantedAndLiesInTheFolderItself() throws IOException {
    bucket.push(id, source, FILES);
    put("../escaped.json");
    put("deeper/config.json");
    put(".hidden.json");

    bucket.fetch(id, fetched, name -> name.endsWith(".json"));

    assertThat(fetched).isDirectoryContaining("glob:**config.json");
    assertThat(Files.list(fetched)).hasSize(1);
  }

  @Test
  void shouldGoOnWithAPushThatEndedInTheMiddle() throws IOException {
    bucket.push(id, source, FILES.subList(1, 2));
    int before = s3.requests().size();

    bucket.push(id, source, FILES);
    bucket.push(id, source, FILES);

    bucket.fetch(id, fetched, name -> true);
    requireSame();
    assertThat(s3.requests().subList(before, s3.requests().size()))
        .as("nothing is sent twice")
        .filteredOn(request -> !request.startsWith("GET"))
        .singleElement(STRING)
        .startsWith("PUT")
        .contains("config.json");
  }

  @Test
  void shouldNeverWriteOverAnotherFile() throws IOException {
    bucket.push(id, source, FILES);
    Files.writeString(source.resolve("config.json"), "[]");
    assertThatThrownBy(() -> bucket.push(id, source, FILES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(id + "/config.json is there already and is another file");

    Files.writeString(source.resolve("config.json"), "{}");
    Files.write(source.resolve("model.safetensors"), new byte[PART + 1]);
    assertThatThrownBy(() -> bucket.push(id, source, FILES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(id + "/model.safetensors is there already and is another file");
  }

  @Test
  void shouldSayWhatItMayNotRead() throws IOException {
    bucket.push(id, source, FILES);
    s3.next(Fault.NONE, Fault.DENIED);

    assertThatThrownBy(() -> bucket.fetch(id, fetched, name -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read s3://verillm-test/models/" + id);
  }

  private void put(String name) {
    client.putObject(
        put -> put.bucket(FaultyS3.BUCKET).key("models/" + id + "/" + name),
        RequestBody.fromString("{}"));
  }

  private void requireSame() {
    for (String file : FILES) {
      assertThat(fetched.resolve(file)).hasSameBinaryContentAs(source.resolve(file));
    }
  }
}
