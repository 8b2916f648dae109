package io.verillm.topics;

import io.verillm.events.Dispute;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.Result;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;

/**
 * What a requester needs: posts signed requests and follows their results. Any producer can do the
 * same from the text in {@code topics/README.md}. For one thread.
 */
public final class RequesterClient implements AutoCloseable {
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final KafkaAccess access;
  private final SigningKey key;
  private final RandomGenerator random;
  private final RequestIds ids;
  private final Catalogue catalogue;
  private final SignedProducer producer;
  private final RegistryReader registry;
  private final DecryptionKey reader;

  private RequesterClient(
      KafkaAccess access,
      SigningKey key,
      Clock clock,
      RandomGenerator random,
      Catalogue catalogue) {
    this.access = access;
    this.key = key;
    this.random = random;
    this.ids = new RequestIds(clock, random);
    this.catalogue = catalogue;
    this.producer = SignedProducer.idempotent(access, new EventSigner(Signers.REQUESTER, key));
    this.registry = RegistryReader.open(access);
    this.reader = reader(key);
  }

  /** What a requester reads private mode with: derived from the key that signs. */
  public static DecryptionKey reader(SigningKey key) {
    return DecryptionKey.fromSeed(key.derived("decryption").bytes());
  }

  /**
   * Connects; the number of shards is the cluster's.
   *
   * @param random a {@link java.security.SecureRandom} wherever ids and seeds must not be guessed
   * @throws RequestFailed if no broker answers, or it has no topic of requests
   */
  public static RequesterClient connect(
      KafkaAccess access, SigningKey key, Clock clock, RandomGenerator random)
      throws RequestFailed {
    Topic requests = Catalogue.local().requests();
    try (var consumer = ConsumerSettings.consumer(access)) {
      int shards = consumer.partitionsFor(requests.name(), BROKER_TIMEOUT).size();
      if (shards == 0) {
        throw new RequestFailed(access + " has no topic " + requests);
      }
      return new RequesterClient(access, key, clock, random, Catalogue.of(shards));
    } catch (KafkaException e) {
      throw new RequestFailed("cannot reach " + access + ": " + e.getMessage(), e);
    }
  }

  /** The account that pays: {@code requester:} and 16 hex digits of {@code H("requester", key)}. */
  public String account() {
    return Accounts.requester(key.publicKey());
  }

  /**
   * The registry as it is now.
   *
   * @throws KafkaException if the broker does not answer, as all reading here
   */
  public RegistrySnapshot registry() {
    return registry.refresh(BROKER_TIMEOUT);
  }

  /**
   * As {@link #draft(String, String, int, double, int)}, with the default number of hand-overs.
   *
   * @throws RequestFailed as there
   */
  public RequestDraft draft(String model, String prompt, int maxTokens, double temperature)
      throws RequestFailed {
    return draft(model, prompt, maxTokens, temperature, RequestDraft.HANDOVERS_DEFAULT);
  }

  /**
   * A draft with a fresh id, defaults where the protocol has them, and a budget that is enough by
   * the registry's prices.
   *
   * @param model name of a registered model
   * @throws RequestFailed if there is no such model, no parameters are registered, or the registry
   *     cannot be read
   */
  public RequestDraft draft(
      String model, String prompt, int maxTokens, double temperature, int handovers)
      throws RequestFailed {
    RegistrySnapshot known = readRegistry();
    ModelRegistered registered =
        known
            .model(model)
            .orElseThrow(() ->
                new RequestFailed(
                    "unknown model '%s'; registered: %s"
                        .formatted(
                            model,
                            known.models().values().stream()
                                .map(ModelRegistered::getName)
                                .toList())));
    ParametersSet parameters =
        known.parameters().orElseThrow(() -> new RequestFailed("no parameters are registered"));
    int checkers = RequestDraft.CHECKERS_DEFAULT;
    return new RequestDraft(
        ids.next(),
        new Hash(Wire.bytes(registered.getModelId())),
        prompt,
        maxTokens,
        temperature,
        RequestDraft.TOP_K_DEFAULT,
        1.0,
        checkers,
        handovers,
        budget(
            registered.getPricePerToken(),
            maxTokens,
            checkers + handovers,
            parameters.getFlatFee()),
        random32(),
        random32());
  }

  /**
   * The same draft in private mode: openings and results are encrypted to this requester, the
   * coordinator, the author and the checkers. Prompt and tokens still lie on topics that access
   * rules protect.
   */
  public RequestDraft inPrivate(RequestDraft draft) {
    return draft.readBy(reader.publicKey());
  }

  private RegistrySnapshot readRegistry() throws RequestFailed {
    try {
      return registry();
    } catch (KafkaException e) {
      throw new RequestFailed(
          "cannot read the registry of %s: %s".formatted(access, e.getMessage()), e);
    }
  }

  /** Price, flat fees and a fifth of both as reserve, rounded up; in units. */
  public static long budget(long pricePerToken, int maxTokens, int fees, long flatFee) {
    long spent =
        Math.addExact(
            Math.multiplyExact(pricePerToken, (long) maxTokens),
            Math.multiplyExact(flatFee, (long) fees));
    return Math.addExact(spent, Math.ceilDiv(spent, 5));
  }

  private Hash random32() {
    byte[] bytes = new byte[Hash.LENGTH];
    random.nextBytes(bytes);
    return new Hash(bytes);
  }

  /**
   * Posts a request; it is durable when this returns. The same draft may be posted again.
   *
   * @return the request's id
   * @throws RequestFailed if it is over the limit of a request or the broker did not take it; then
   *     nobody knows whether it is on the log, and posting the same draft again is right
   */
  public String submit(RequestDraft draft) throws RequestFailed {
    try {
      Answers.await(
          producer.send(
              catalogue.requests(),
              RecordKeys.text(draft.requestId()),
              draft.request(key.publicKey())));
      return draft.requestId();
    } catch (IllegalArgumentException | KafkaException e) {
      throw new RequestFailed(
          "request %s not posted: %s".formatted(draft.requestId(), e.getMessage()), e);
    }
  }

  /**
   * Disputes the verdict on one segment of an own request; durable when this returns. Whether it
   * counts shows in the results: a final one that comes of it names the second round.
   *
   * @param bond most units to put down; only what is due is reserved
   * @throws RequestFailed if the broker did not take it
   */
  public void dispute(String requestId, int segment, long bond) throws RequestFailed {
    try {
      Answers.await(
          producer.send(
              catalogue.disputes(),
              RecordKeys.text(requestId),
              new Dispute(
                  requestId, segment, account(), bond, Wire.buffer(key.publicKey().bytes()))));
    } catch (IllegalArgumentException | KafkaException e) {
      throw new RequestFailed(
          "dispute of %s not posted: %s".formatted(requestId, e.getMessage()), e);
    }
  }

  /**
   * Units that cover the bond of a dispute, whatever the request's committee was.
   *
   * @throws RequestFailed if no parameters are registered, or the registry cannot be read
   */
  public long bondMost() throws RequestFailed {
    return readRegistry()
        .parameters()
        .map(set -> Parameters.of(set).bond(RequestLimits.CHECKERS_MAX))
        .orElseThrow(() -> new RequestFailed("no parameters are registered"));
  }

  /** Follows the results of a request from its first one. The caller closes the feed. */
  public ResultFeed results(String requestId) {
    return new ResultFeed(requestId, feed(catalogue.results(), requestId), reader);
  }

  private RequestFeed feed(Topic topic, String requestId) {
    return new RequestFeed(
        topic,
        catalogue.shardOf(requestId),
        requestId,
        ConsumerSettings.consumer(access),
        registry);
  }

  /** The public verdicts on a request as they stand now, by segment; none before it is decided. */
  public List<Verdict> verdicts(String requestId) {
    SortedMap<Integer, Verdict> latest = new TreeMap<>();
    try (RequestFeed feed = feed(catalogue.verdicts(), requestId)) {
      while (!feed.atEnd()) {
        feed.poll(
            LOOK,
            event -> {
              if (event instanceof Verdict verdict && verdict.getRequestId().equals(requestId)) {
                latest.put(verdict.getSegment(), verdict);
              }
            });
      }
    }
    return List.copyOf(latest.values());
  }

  /** What is known of a request now. */
  public RequestOutcome status(String requestId) {
    try (ResultFeed feed = results(requestId)) {
      return feed.outcome();
    }
  }

  /** Waits until a request has ended or the time is over; what is known then. */
  public RequestOutcome await(String requestId, Duration timeout) {
    return await(requestId, timeout, result -> {});
  }

  /** As {@link #await(String, Duration)}, and tells every result as it comes. */
  public RequestOutcome await(String requestId, Duration timeout, Consumer<Result> listener) {
    long deadline = System.nanoTime() + timeout.toNanos();
    RequestOutcome outcome = RequestOutcome.unknown(requestId);
    try (ResultFeed feed = results(requestId)) {
      while (!outcome.ended()) {
        Optional<Result> result = feed.next(Duration.ofNanos(deadline - System.nanoTime()));
        if (result.isEmpty()) {
          break;
        }
        listener.accept(result.get());
        outcome = outcome.after(result.get());
      }
    }
    return outcome;
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
