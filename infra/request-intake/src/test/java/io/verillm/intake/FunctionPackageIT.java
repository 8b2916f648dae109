package io.verillm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package that Terraform uploads, as Lambda runs it: unpacked, under AWS' own runtime interface
 * client in a process of its own, told by environment, asking a runtime API for calls. The broker
 * is real, the runtime API is not.
 */
class FunctionPackageIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final SigningKey CLIENT = SigningKey.fromSeed(Hashing.hash("client").bytes());

  private static final Path PACKAGE = Path.of("target", "request-intake-function.zip");

  private static final Path AGAIN = Path.of("target", "again", "request-intake-function.zip");

  /** Lambda's own limit. */
  private static final long UNPACKED_BYTES_MAX = 250L << 20;

  private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  @TempDir Path directory;

  @Test
  void shouldFitLambda() throws Exception {
    try (ZipFile zip = new ZipFile(PACKAGE.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();

      assertThat(entries.stream().mapToLong(ZipEntry::getSize).sum())
          .isLessThan(UNPACKED_BYTES_MAX);
      assertThat(entries.stream().map(ZipEntry::getTimeLocal).distinct()).hasSize(1);
      assertThat(entries.stream().map(ZipEntry::getName))
          .contains(RequestHandler.class.getName().replace('.', '/') + ".class")
          .doesNotHaveDuplicates()
          .noneMatch(name -> name.contains("junit") || name.contains("onnxruntime"));
    }
  }

  @Test
  void shouldPackTheSameBytesTwice() throws Exception {
    assertThat(Files.mismatch(PACKAGE, AGAIN)).isEqualTo(-1);
  }

  @Test
  void shouldServeCallsUnderTheLambdaRuntime() throws Exception {
    String id = new RequestIds(Clock.systemUTC(), new Random(9)).next();
    SignedRecord record =
        new EventSigner(Signers.REQUESTER, CLIENT)
            .sign(
                TestLog.CATALOGUE.requests().name(),
                -1,
                RecordKeys.text(id),
                EventCodec.encode(
                    new RequestDraft(
                            id,
                            TestLog.MODEL,
                            "by Lambda",
                            8,
                            0.5,
                            64,
                            1.0,
                            3,
                            1,
                            2_000,
                            Hashing.hash("nonce"),
                            Hashing.hash("salt"))
                        .request(CLIENT.publicKey())));
    HttpServer api = runtimeApi();
    Process function = null;
    try (TestLog log = new TestLog(directory.resolve("broker"))) {
      function = start(api, log);

      JsonNode refused =
          answer(HttpApiCalls.post("text/plain", "", "{}".getBytes(StandardCharsets.UTF_8)));
      JsonNode tooLong = answer(json(TestLog.WAIT_TICKS + 1));
      JsonNode waiting = answer(json(40));
      JsonNode posted =
          answer(
              HttpApiCalls.post(
                  SignedRequests.TYPE,
                  Base64.getEncoder().encodeToString(record.signature()),
                  record.value()));
      log.result(requestId(waiting), ResultKind.DECIDED, "by Lambda", "ACCEPTED");
      JsonNode decided =
          answer(HttpApiCalls.get(requestId(waiting), HttpApiCalls.IAM.formatted("i-1")));
      JsonNode anothers = answer(HttpApiCalls.get(requestId(waiting), HttpApiCalls.JWT));

      assertThat(refused.path("statusCode").asInt()).isEqualTo(415);
      assertThat(tooLong.path("statusCode").asInt()).isEqualTo(422);
      assertThat(tooLong.path("body").asText()).contains("waitTicks must be at most 3600");
      assertThat(waiting.path("statusCode").asInt()).as(waiting.toString()).isEqualTo(202);
      assertThat(log.requests(requestId(waiting)))
          .singleElement()
          .satisfies(request -> assertThat(request.getWaitTicks()).isEqualTo(40));
      assertThat(posted.path("statusCode").asInt()).isEqualTo(202);
      assertThat(requestId(posted)).isEqualTo(id);
      assertThat(log.requests(id)).hasSize(1);
      assertThat(decided.path("statusCode").asInt()).as(decided.toString()).isEqualTo(200);
      assertThat(MAPPER.readTree(decided.path("body").asText()).path("text").asText())
          .isEqualTo("by Lambda");
      assertThat(anothers.path("statusCode").asInt()).isEqualTo(404);
    } finally {
      if (function != null) {
        function.destroyForcibly().waitFor();
      }
      api.stop(0);
    }
  }

  private static ObjectNode json(int waitTicks) {
    String body =
        "{\"model\":\"tiny\",\"prompt\":\"Hello\",\"maxTokens\":2,\"waitTicks\":%d}"
            .formatted(waitTicks);
    return HttpApiCalls.post(GatewayRequests.TYPE, "", body.getBytes(StandardCharsets.UTF_8));
  }

  private static String requestId(JsonNode answer) throws IOException {
    return MAPPER.readTree(answer.path("body").asText()).path("requestId").asText();
  }

  private Process start(HttpServer api, TestLog log) throws IOException {
    Path settings = Files.writeString(directory.resolve("access.properties"), "");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(unpacked(directory.resolve("task"))),
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            RequestHandler.class.getName());
    Map<String, String> environment = builder.environment();
    environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + api.getAddress().getPort());
    environment.put("LAMBDA_TASK_ROOT", directory.resolve("task").toString());
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "request-intake");
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "group");
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("VERILLM_BOOTSTRAP", log.access().bootstrapServers());
    environment.put("VERILLM_ACCESS", settings.toString());
    environment.put("VERILLM_SIGNING_SECRET", "verillm/gateway");
    environment.put(
        "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:" + api.getAddress().getPort());
    environment.put("AWS_ACCESS_KEY_ID", "identity");
    environment.put("AWS_SECRET_ACCESS_KEY", "credential");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("function.log").toFile())
        .start();
  }

  /** What is in the package, and what Lambda itself has: its runtime interface client. */
  private static String classPath(Path task) {
    String lambda =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar ->
                jar.contains("aws-lambda-java-runtime-interface-client")
                    || jar.contains("aws-lambda-java-serialization"))
            .collect(Collectors.joining(File.pathSeparator));
    return String.join(File.pathSeparator, task.toString(), task.resolve("lib") + "/*", lambda);
  }

  private static Path unpacked(Path task) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(PACKAGE))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = task.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
    return task;
  }

  private JsonNode answer(ObjectNode call) throws Exception {
    calls.add(MAPPER.writeValueAsString(call));
    String answer = answers.poll(60, TimeUnit.SECONDS);
    assertThat(answer)
        .as("the function's log:\n%s", Files.readString(directory.resolve("function.log")))
        .isNotNull();
    return MAPPER.readTree(answer);
  }

  private HttpServer runtimeApi() throws IOException {
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    api.createContext("/2018-06-01/runtime/invocation/next", this::next);
    api.createContext("/2018-06-01/runtime/", this::take);
    // Secrets Manager, for the gateway's keys.
    api.createContext("/", FunctionPackageIT::secret);
    api.start();
    return api;
  }

  private void next(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] call = calls.take().getBytes(StandardCharsets.UTF_8);
      // The client crashes on an answer without it.
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.getResponseHeaders().add("Lambda-Runtime-Aws-Request-Id", "call-" + call.length);
      exchange
          .getResponseHeaders()
          .add("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + 60_000));
      exchange
          .getResponseHeaders()
          .add(
              "Lambda-Runtime-Invoked-Function-Arn",
              "arn:aws:lambda:eu-central-1:111122223333:function:request-intake");
      exchange.sendResponseHeaders(200, call.length);
      exchange.getResponseBody().write(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void secret(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String keys = "{\"ed25519\":\"%1$s\",\"salt\":\"%1$s\"}".formatted("01".repeat(32));
      byte[] answer =
          MAPPER.writeValueAsBytes(Map.of("Name", "verillm/gateway", "SecretString", keys));
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      answers.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(202, -1);
    }
  }
}
