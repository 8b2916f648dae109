package io.verillm.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.verillm.protocol.crypto.Hashing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A bucket of an S3 in this process, which other processes find by their environment. It asks the
 * first writers to slow down, and notes the object lock that each one wants.
 */
final class LockedBucket implements AutoCloseable {
  /** Writes that are asked to slow down. */
  static final int THROTTLED = 2;

  private static final String NAME = "verillm-checkpoints";
  private static final Pattern OBJECT = Pattern.compile("/" + NAME + "/log/(\\d{20})");
  private static final Set<String> HOP_HEADERS =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private final S3Proxy proxy;
  private final HttpServer front;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient back =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger throttled = new AtomicInteger();
  private final List<String> lockModes = new CopyOnWriteArrayList<>();
  private final NavigableMap<Long, String> published = new ConcurrentSkipListMap<>();

  LockedBucket() throws Exception {
    TransientNio2BlobStore store = new TransientNio2BlobStore();
    store.createContainer(NAME);
    proxy =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext("/", this::pass);
    front.setExecutor(threads);
    front.start();
  }

  /** How a process of the AWS SDK finds it. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + front.getAddress().getPort(),
        "AWS_REGION", "eu-central-1",
        "AWS_ACCESS_KEY_ID", "identity",
        "AWS_SECRET_ACCESS_KEY", "credential");
  }

  String place() {
    return "s3://" + NAME + "/log/";
  }

  /** Where models are pushed to. */
  String models() {
    return "s3://" + NAME + "/models/";
  }

  /** Puts a text there; gives its name with its hash, as programs take it. */
  String put(String key, String text) {
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + proxy.getPort()))
            .region(Region.EU_CENTRAL_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("identity", "credential")))
            .build()) {
      client.putObject(put -> put.bucket(NAME).key(key), RequestBody.fromString(text));
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "s3://%s/%s@%s".formatted(NAME, key, Hashing.sha256(bytes).hex());
  }

  /** What was written, by epoch. */
  NavigableMap<Long, String> published() {
    return published;
  }

  int throttled() {
    return throttled.get();
  }

  /** The mode of object lock that each write asked for. */
  List<String> lockModes() {
    return List.copyOf(lockModes);
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Matcher object = OBJECT.matcher(exchange.getRequestURI().getPath());
      boolean write = exchange.getRequestMethod().equals("PUT") && object.matches();
      if (write && throttled.getAndUpdate(count -> Math.min(count + 1, THROTTLED)) < THROTTLED) {
        answer(
            exchange, 503, "<Error><Code>SlowDown</Code></Error>".getBytes(StandardCharsets.UTF_8));
        return;
      }
      HttpResponse<byte[]> answer = forward(exchange, body);
      if (write && answer.statusCode() == 200) {
        lockModes.add(
            String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-object-lock-mode")));
        // Not the request's body, which is signed chunk by chunk.
        published.put(
            Long.valueOf(object.group(1)),
            back.send(
                    HttpRequest.newBuilder(behind(exchange)).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
      }
      boolean bodyless = exchange.getRequestMethod().equals("HEAD");
      answer
          .headers()
          .map()
          .forEach((name, values) -> {
            if (bodyless && name.equals("content-length") || !HOP_HEADERS.contains(name)) {
              exchange.getResponseHeaders().put(name, values);
            }
          });
      answer(exchange, answer.statusCode(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private URI behind(HttpExchange exchange) {
    return URI.create("http://127.0.0.1:" + proxy.getPort() + exchange.getRequestURI());
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(behind(exchange))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!HOP_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return back.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() throws Exception {
    front.stop(0);
    threads.shutdownNow();
    proxy.stop();
  }
}
