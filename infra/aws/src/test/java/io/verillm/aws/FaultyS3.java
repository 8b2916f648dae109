package io.verillm.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 in this process, and in front of it a network that fails as told, request by request. */
final class FaultyS3 implements AutoCloseable {
  static final String BUCKET = "verillm-test";

  /** What becomes of one request. */
  enum Fault {
    NONE,
    /** S3 asks to slow down. */
    THROTTLED,
    /** S3 fails. */
    FAILED,
    /** Another conditional write of the name is under way. */
    CONFLICTING,
    /** S3 forbids it. */
    DENIED,
    /** No answer until the client gives up; S3 never sees the request. */
    SILENT,
    /** The answer breaks off in the middle of its body. */
    CUT_SHORT,
    /** S3 does what it is asked, and its answer is lost. */
    ANSWER_LOST
  }

  private static final Set<String> HOP_HEADERS =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private final S3Proxy proxy;
  private final HttpServer front;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient back =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<Fault> faults = new ConcurrentLinkedDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> lockHeaders = new CopyOnWriteArrayList<>();

  FaultyS3() throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext("/", this::pass);
    front.setExecutor(threads);
    front.start();
    try (S3Client client = clients(Duration.ofSeconds(20)).s3()) {
      client.createBucket(create -> create.bucket(BUCKET));
    }
    requests.clear();
  }

  /** Clients of this S3 with three tries. */
  AwsClients clients(Duration attempt) {
    return new AwsClients(
        Optional.of(Region.US_EAST_1),
        Optional.of(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("identity", "credential"))),
        Optional.of(URI.create("http://127.0.0.1:" + front.getAddress().getPort())),
        attempt,
        3);
  }

  /** The next requests meet these. */
  void next(Fault... coming) {
    faults.addAll(List.of(coming));
  }

  /** Faults that no request met. */
  int left() {
    return faults.size();
  }

  /** The next requests meet none. */
  void forgetFaults() {
    faults.clear();
  }

  /** Method and path of each request so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Object lock headers so far; the S3 behind does not know them. */
  List<String> lockHeaders() {
    return List.copyOf(lockHeaders);
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-object-lock")) {
              lockHeaders.add(name.toLowerCase(Locale.ROOT) + ": " + values.getFirst());
            }
          });
      Fault fault = Optional.ofNullable(faults.poll()).orElse(Fault.NONE);
      switch (fault) {
        case THROTTLED -> answer(exchange, 503, "SlowDown");
        case CONFLICTING -> answer(exchange, 409, "ConditionalRequestConflict");
        case DENIED -> answer(exchange, 403, "AccessDenied");
        case FAILED -> answer(exchange, 500, "InternalError");
        case SILENT -> closing.await(1, TimeUnit.MINUTES);
        case NONE, CUT_SHORT, ANSWER_LOST -> {
          HttpResponse<byte[]> answer = forward(exchange, body);
          if (fault != Fault.ANSWER_LOST) {
            relay(exchange, answer, answer.body().length / (fault == Fault.NONE ? 1 : 2));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.getPort() + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return back.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void relay(HttpExchange exchange, HttpResponse<byte[]> answer, int length)
      throws IOException {
    answer
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> exchange.getResponseHeaders().add(name, value));
          }
        });
    boolean bare = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
    exchange.sendResponseHeaders(answer.statusCode(), bare ? -1 : answer.body().length);
    if (!bare) {
      exchange.getResponseBody().write(answer.body(), 0, length);
    }
  }

  private static void answer(HttpExchange exchange, int status, String code) throws IOException {
    byte[] body =
        "<Error><Code>%s</Code><Message>as told</Message></Error>"
            .formatted(code)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.sendResponseHeaders(
        status, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
    if (!exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() throws Exception {
    closing.countDown();
    front.stop(0);
    threads.shutdownNow();
    proxy.stop();
  }
}
