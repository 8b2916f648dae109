package io.verillm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.events.Request;
import io.verillm.events.ResultKind;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestIds;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {
  private static final SigningKey GATEWAY = SigningKey.fromSeed(Hashing.hash("gateway").bytes());
  private static final SigningKey CLIENT = SigningKey.fromSeed(Hashing.hash("client").bytes());
  private static final RequestIds IDS = new RequestIds(Clock.systemUTC(), new Random(5));
  private static final Optional<IntakeSettings.Secret> SECRET =
      Optional.of(new IntakeSettings.Secret(GATEWAY, Hashing.hash("salt").bytes()));

  private static final Optional<String> CALLER = Optional.of("arn:aws:iam::111122223333:user/a");

  @TempDir static Path directory;
  private static TestLog log;
  private static Intake intake;

  @BeforeAll
  static void start() throws Exception {
    log = new TestLog(directory);
    intake = new IntakeSettings(log.access(), SECRET).intake();
  }

  @AfterAll
  static void stop() {
    log.close();
  }

  private static HttpAnswer json(String body) {
    return intake.answer(
        new HttpCall(
            "POST",
            "/v1/requests",
            CALLER,
            Map.of("content-type", "application/json; charset=utf-8"),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private static HttpAnswer signed(byte[] body, byte[] signature) {
    return intake.answer(
        new HttpCall(
            "POST",
            "/v1/requests",
            CALLER,
            Map.of(
                "content-type",
                SignedRequests.TYPE,
                SignedRequests.SIGNATURE_HEADER,
                Base64.getEncoder().encodeToString(signature)),
            body));
  }

  private static SignedRecord clientRequest(String id) {
    Request request =
        new RequestDraft(
                id,
                TestLog.MODEL,
                "from a client",
                8,
                0.5,
                64,
                1.0,
                3,
                1,
                2_000,
                Hashing.hash("nonce"),
                Hashing.hash("salt"))
            .request(CLIENT.publicKey());
    return new EventSigner(Signers.REQUESTER, CLIENT)
        .sign(
            TestLog.CATALOGUE.requests().name(),
            -1,
            RecordKeys.text(id),
            EventCodec.encode(request));
  }

  @Test
  void shouldSignAndPostWhatACallerAsksForInJson() {
    String id = own(IDS.next());

    HttpAnswer answer =
        json(
            "{\"requestId\":\"%s\",\"model\":\"tiny\",\"prompt\":\"Hello\",\"maxTokens\":16}"
                .formatted(id));

    assertThat(answer).isEqualTo(HttpAnswer.posted(id));
    assertThat(log.requests(id))
        .singleElement()
        .satisfies(request -> {
          assertThat(request.getPrompt()).isEqualTo("Hello");
          assertThat(request.getMaxTokens()).isEqualTo(16);
          assertThat(request.getCheckers()).isEqualTo(3);
          assertThat(request.getTemperature()).isEqualTo(1.0);
          assertThat(request.getTopK()).isEqualTo(64);
          assertThat(request.getWaitTicks()).as("as long as the log says").isZero();
          assertThat(request.getBudget()).as("(16 x 7 + 4 x 300) x 1.2").isEqualTo(1_575);
          assertThat(request.getRequesterKey().array()).isEqualTo(GATEWAY.publicKey().bytes());
        });
  }

  @Test
  void shouldTellWhatBecameOfARequestToWhoPostedIt() {
    String body = "{\"model\":\"tiny\",\"prompt\":\"Tell me\",\"maxTokens\":2}";
    HttpAnswer posted = json(body);
    String id = (String) posted.body().get("requestId");
    assertThat(posted.headers()).containsEntry("location", "/v1/requests/" + id);

    assertThat(get(id, CALLER).body())
        .containsEntry("requestId", id)
        .containsEntry("state", "unknown");
    log.result(id, ResultKind.STARTED, "", "");
    log.result(id, ResultKind.UNVERIFIED, "Once", "");
    assertThat(get(id, CALLER).body())
        .containsEntry("state", "running")
        .containsEntry("text", "Once");
    log.result(id, ResultKind.DECIDED, "Once upon", "ACCEPTED");
    HttpAnswer decided = get(id, CALLER);

    assertThat(decided.status()).isEqualTo(200);
    assertThat(decided.headers()).containsEntry("cache-control", "no-store");
    assertThat(decided.body())
        .containsEntry("state", "decided")
        .containsEntry("text", "Once upon")
        .containsEntry("reason", "ACCEPTED")
        .containsEntry("policy", "paper")
        .containsEntry("checked", List.of("rows"))
        .containsEntry("notChecked", List.of("tokens"));
  }

  @Test
  void shouldTellNobodyOfAnothersRequest() {
    String id =
        (String)
            json("{\"model\":\"tiny\",\"prompt\":\"Mine\",\"maxTokens\":2}")
                .body()
                .get("requestId");
    Optional<String> other = Optional.of("arn:aws:iam::111122223333:user/b");

    assertThat(get(id, other).status()).isEqualTo(404);
    assertThat(get(id, Optional.empty()).status()).isEqualTo(404);
    assertThat(get(IDS.next(), CALLER).status()).isEqualTo(404);
    assertThat(get("1", CALLER).status()).isEqualTo(404);
    assertThat(get(id, CALLER).status()).isEqualTo(200);
    HttpAnswer again =
        intake.answer(
            new HttpCall(
                "POST",
                "/v1/requests",
                other,
                Map.of("content-type", "application/json"),
                "{\"requestId\":\"%s\",\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":2}"
                    .formatted(id)
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat((String) again.body().get("requestId")).as("a request of its own").isNotEqualTo(id);
    assertThat(log.requests(id)).hasSize(1);
    assertThat(
            intake
                .answer(new HttpCall("DELETE", "/v1/requests/" + id, CALLER, Map.of(), new byte[0]))
                .headers())
        .containsEntry("allow", "GET");
  }

  @Test
  void shouldKnowACallerByItsTokenOrItsRoleWhateverTheSession() throws Exception {
    assertThat(caller("{\"jwt\":{\"claims\":{\"iss\":\"https://id\",\"sub\":\"u1\"}}}"))
        .hasValue("https://id u1");
    assertThat(caller("{\"iam\":{\"userArn\":\"arn:aws:sts::1:assumed-role/app/i-0\"}}"))
        .hasValue("arn:aws:sts::1:assumed-role/app");
    assertThat(caller("{\"iam\":{\"userArn\":\"arn:aws:iam::1:user/a\"}}"))
        .hasValue("arn:aws:iam::1:user/a");
    assertThat(caller("{}")).isEmpty();
  }

  private static Optional<String> caller(String authorizer) throws Exception {
    return HttpCall.of(
            new ObjectMapper()
                .readTree("{\"requestContext\":{\"authorizer\":%s}}".formatted(authorizer)))
        .caller();
  }

  private static HttpAnswer get(String id, Optional<String> caller) {
    return intake.answer(new HttpCall("GET", "/v1/requests/" + id, caller, Map.of(), new byte[0]));
  }

  private static String own(String id) {
    return new CallerIds(Hashing.hash("salt").bytes()).own(id, CALLER.orElseThrow());
  }

  @Test
  void shouldMakeAnIdWhereTheCallerHasNone() {
    HttpAnswer answer = json("{\"model\":\"tiny\",\"prompt\":\"Hi\",\"maxTokens\":1}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(log.requests((String) answer.body().get("requestId"))).hasSize(1);
  }

  /** One id, one set of bytes: for the log that is one request. */
  @Test
  void shouldPostTheSameBytesForTheSameIdAndFields() {
    String body =
        "{\"requestId\":\"%s\",\"model\":\"tiny\",\"prompt\":\"Again\",\"maxTokens\":2}"
            .formatted(IDS.next());

    HttpAnswer first = json(body);
    HttpAnswer second = json(body);

    assertThat(second).isEqualTo(first);
    String id = (String) first.body().get("requestId");
    List<Request> posted = log.requests(id);
    assertThat(posted).hasSize(2);
    assertThat(posted.get(0)).isEqualTo(posted.get(1));
    assertThat(
            log.read().stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(id))
                .map(record -> Hashing.sha256(record.value()))
                .distinct())
        .hasSize(1);
  }

  @Test
  void shouldPassAClientsSignatureAsItIs() {
    String id = IDS.next();
    SignedRecord record = clientRequest(id);

    assertThat(signed(record.value(), record.signature())).isEqualTo(HttpAnswer.posted(id));

    assertThat(log.requests(id))
        .singleElement()
        .satisfies(request ->
            assertThat(request.getRequesterKey().array()).isEqualTo(CLIENT.publicKey().bytes()));
  }

  @Test
  void shouldRefuseASignatureThatIsNotTheRequesters() {
    SignedRecord record = clientRequest(IDS.next());
    byte[] changed = record.value().clone();
    changed[changed.length / 2] ^= 1;

    assertThat(signed(changed, record.signature()).status()).isEqualTo(403);
    assertThat(signed(record.value(), new byte[64]).status()).isEqualTo(403);
    assertThat(signed(record.value(), new byte[0]).body())
        .containsEntry("error", "wrong-signature");
    assertThat(signed(new byte[] {1, 2, 3}, record.signature()).body())
        .containsEntry("error", "malformed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json|400|malformed|not JSON",
        "[]|400|malformed|one JSON object",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"seed\":1}|400|malformed|[seed]",
        "{\"model\":\"tiny\",\"model\":\"tiny\"}|400|malformed|Duplicate",
        "{\"model\":\"huge\",\"prompt\":\"x\",\"maxTokens\":1}|422|unacceptable|'huge'; registered: [tiny]",
        "{\"prompt\":\"x\",\"maxTokens\":1}|422|unacceptable|model must be",
        "{\"model\":\"tiny\",\"prompt\":\"\",\"maxTokens\":1}|422|unacceptable|prompt must be",
        "{\"model\":\"tiny\",\"prompt\":7,\"maxTokens\":1}|422|unacceptable|prompt must be",
        "{\"model\":\"tiny\",\"prompt\":\"x\"}|422|unacceptable|maxTokens must be",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":0}|422|unacceptable|not 0",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"temperature\":-0.0}|422|unacceptable|temperature",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"temperature\":\"hot\"}|422|unacceptable|temperature",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"topK\":65}|422|unacceptable|topK",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"topP\":0}|422|unacceptable|topP",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"checkers\":2}|422|unacceptable|checkers must be odd",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"budget\":1.5}|422|unacceptable|budget",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":16,\"budget\":1576}|422|unacceptable|at most 1575, what this request can cost, not 1576",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"waitTicks\":-1}|422|unacceptable|waitTicks must be",
        "{\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1,\"waitTicks\":3601}|422|unacceptable|at most 3600, as long as this log waits for workers, not 3601",
        "{\"requestId\":\"1\",\"model\":\"tiny\",\"prompt\":\"x\",\"maxTokens\":1}|422|unacceptable|version 7",
      })
  void shouldSayWhatIsWrongWithAJsonRequest(String body, int status, String error, String message) {
    HttpAnswer answer = json(body);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).containsEntry("error", error);
    assertThat(answer.body().get("message")).asString().contains(message);
  }

  @Test
  void shouldAnswerOtherCallsByTheirStatus() {
    Map<String, String> type = Map.of("content-type", "application/json");
    assertThat(intake.answer(new HttpCall("POST", "/", CALLER, type, new byte[0])).status())
        .isEqualTo(404);
    HttpAnswer get = intake.answer(new HttpCall("GET", "/v1/requests", CALLER, type, new byte[0]));
    assertThat(get.status()).isEqualTo(405);
    assertThat(get.headers()).containsEntry("allow", "POST");
    assertThat(
            intake
                .answer(new HttpCall("POST", "/v1/requests", CALLER, Map.of(), new byte[0]))
                .status())
        .isEqualTo(415);
    assertThat(
            intake
                .answer(new HttpCall("POST", "/v1/requests", CALLER, type, new byte[300_000]))
                .status())
        .isEqualTo(413);
  }

  @Test
  void shouldTakeSignedRequestsOnlyWhereItHasNoKey() {
    Intake passing = new IntakeSettings(log.access(), Optional.empty()).intake();
    SignedRecord record = clientRequest(IDS.next());

    assertThat(
            passing
                .answer(
                    new HttpCall(
                        "POST",
                        "/v1/requests",
                        CALLER,
                        Map.of("content-type", "application/json"),
                        new byte[0]))
                .body()
                .get("message"))
        .isEqualTo("content-type must be application/vnd.verillm.request, not 'application/json'");
    assertThat(
            passing
                .answer(
                    new HttpCall(
                        "POST",
                        "/v1/requests",
                        CALLER,
                        Map.of(
                            "content-type",
                            SignedRequests.TYPE,
                            SignedRequests.SIGNATURE_HEADER,
                            Base64.getEncoder().encodeToString(record.signature())),
                        record.value()))
                .status())
        .isEqualTo(202);
  }

  @Test
  void shouldHaveReadTheRegistryBeforeItsFirstCall() throws Exception {
    double before = recordsRead();
    int producers = producers();

    new IntakeSettings(log.access(), SECRET).intake();

    assertThat(recordsRead() - before).isEqualTo(TestLog.REGISTRATIONS);
    assertThat(producers()).as("each function must make its own").isEqualTo(producers);
  }

  @Test
  void shouldStartThoughTheLogDoesNotAnswer(@TempDir Path other) throws Exception {
    TestLog gone = new TestLog(other);
    gone.stop();

    Intake orphaned = new IntakeSettings(gone.access(), SECRET).intake();

    assertThat(orphaned.answer(new HttpCall("POST", "/", CALLER, Map.of(), new byte[0])).status())
        .isEqualTo(404);
  }

  private static int producers() throws Exception {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("kafka.producer:type=producer-metrics,client-id=*"), null)
        .size();
  }

  /** By Kafka's own metrics of this process' consumers. */
  private static double recordsRead() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    double sum = 0;
    for (ObjectName consumer :
        beans.queryNames(
            new ObjectName("kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*"),
            null)) {
      sum += (double) beans.getAttribute(consumer, "records-consumed-total");
    }
    return sum;
  }

  @Test
  void shouldAskToPostAgainWhereTheLogDoesNotAnswer(@TempDir Path other) throws Exception {
    TestLog gone = new TestLog(other);
    Intake orphaned = new IntakeSettings(gone.access(), Optional.empty()).intake();
    gone.stop();
    SignedRecord record = clientRequest(IDS.next());

    HttpAnswer answer =
        orphaned.answer(
            new HttpCall(
                "POST",
                "/v1/requests",
                CALLER,
                Map.of(
                    "content-type",
                    SignedRequests.TYPE,
                    SignedRequests.SIGNATURE_HEADER,
                    Base64.getEncoder().encodeToString(record.signature())),
                record.value()));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("retry-after");
  }
}
