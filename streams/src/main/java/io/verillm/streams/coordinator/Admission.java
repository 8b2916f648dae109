package io.verillm.streams.coordinator;

import io.verillm.events.Accepted;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagClaim;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Lets requests in and tells requesters what became of them. It sees private topics, so it stands
 * outside the journal: all it can do to a request is refuse or delay it.
 */
final class Admission {
  private static final byte[] NOTHING = {};

  /** Why a grant that nobody accepted in time has no case. */
  private static final String NO_WORKER = "NO_WORKER";

  private final Catalogue catalogue;
  private final int shard;
  private final CoordinatorKeys keys;
  private final Supplier<RegistrySnapshot> registry;
  private final Function<Hash, List<String>> candidates;
  private final Texts texts;
  private final PrivateStore store;
  private final Authors authors;
  private final OpenTurns turns;
  private final Outbox out;
  private final Results results;
  private final Segments segments;
  private final RequestCheck check;

  /** Models of the requests that wait, by their ids. */
  private final TreeMap<String, Hash> waiting = new TreeMap<>();

  Admission(
      Catalogue catalogue,
      int shard,
      CoordinatorKeys keys,
      Supplier<RegistrySnapshot> registry,
      Function<Hash, List<String>> candidates,
      BiFunction<FlagClaim, Request, Optional<ClaimFault>> claims,
      Texts texts,
      PrivateStore store,
      Authors authors,
      OpenTurns turns,
      Outbox out) {
    this.catalogue = catalogue;
    this.shard = shard;
    this.keys = keys;
    this.registry = registry;
    this.candidates = candidates;
    this.texts = texts;
    this.store = store;
    this.authors = authors;
    this.turns = turns;
    this.out = out;
    this.results = new Results(catalogue, keys, store, texts, out);
    this.segments =
        new Segments(catalogue, shard, keys, registry, candidates, turns, store, results, out);
    this.check = new RequestCheck(catalogue, registry, claims, store, texts);
    store.waiting().forEach(r -> waiting.put(r.id, model(r.request())));
  }

  /** What hands out tasks and takes in tokens. */
  Segments segments() {
    return segments;
  }

  /** A signed request whose signature holds. */
  void request(SignedRecord record, Request request) {
    Hash digest = Hashing.hash("request", record.key(), record.value(), record.signature());
    Optional<PrivateRequest> known = store.request(request.getRequestId());
    if (known.isPresent()) {
      if (!Arrays.equals(known.get().digest, digest.bytes())) {
        // No result: that would speak to whoever owns the id.
        refuse(record, request, RequestRefusal.DUPLICATE_ID);
      }
      // The same bytes again: already on its way, or refused for good.
      return;
    }
    Optional<RequestRefusal> refusal = check.refusal(record, request);
    if (refusal.filter(RequestRefusal::leavesOwnerUnknown).isPresent()) {
      // No result either: the id may be somebody else's.
      refuse(record, request, refusal.get());
      return;
    }
    if (refusal.isPresent()) {
      refuse(record, request, refusal.get());
      results.refused(request.getRequestId(), refusal.get());
      refused(request, digest);
      return;
    }
    reserve(record, request, digest);
  }

  /**
   * Who was told that its request is refused must not pay for it later, when the same bytes come
   * again. A flag is its sentinel's duty, which posts it until it is admitted.
   */
  private void refused(Request request, Hash digest) {
    if (request.getFlagClaims().isEmpty()) {
      PrivateRequest ended = new PrivateRequest();
      ended.id = request.getRequestId();
      ended.digest = digest.bytes();
      ended.stage = PrivateRequest.Stage.REFUSED;
      store.put(ended);
    }
  }

  /**
   * Of a flag the dead letter says where it lay and why, and no more: it can be posted again, and
   * others read dead letters who are not to know of it.
   */
  private void refuse(SignedRecord record, Request request, RequestRefusal refusal) {
    if (request.getFlagClaims().isEmpty()) {
      out.refuse(record, refusal.reason(), request.getRequestId());
    } else {
      SignedRecord place =
          new SignedRecord(
              record.topic(),
              record.partition(),
              record.offset(),
              NOTHING,
              NOTHING,
              record.signer(),
              NOTHING);
      out.refuse(place, refusal.reason(), "");
    }
  }

  private void reserve(SignedRecord record, Request request, Hash digest) {
    Hash modelId = Wire.hash(request.getModelId());
    ModelRegistered model = registry.get().models().get(modelId);
    PrivateRequest stored = new PrivateRequest();
    stored.id = request.getRequestId();
    stored.value = record.value();
    stored.digest = digest.bytes();
    stored.promptIds = texts.encode(modelId, request.getPrompt());
    stored.price = Parameters.price(request.getMaxTokens(), model.getPricePerToken());
    stored.escrow = check.escrow(request, model);
    store.put(stored);
    request.getFlagClaims().forEach(claim -> store.claim(claim, stored.id));
    out.send(
        catalogue.ledgerCommands(),
        RecordKeys.text("reserve/" + stored.id),
        new ReserveEscrow(
            "reserve/" + stored.id,
            stored.id,
            shard,
            account(request),
            stored.escrow,
            request.getWaitTicks()));
  }

  /** The account that pays for a request. */
  private static String account(Request request) {
    return Accounts.requester(VerifyKey.of(Wire.bytes(request.getRequesterKey())));
  }

  /** The ledger's answer. */
  void escrow(EscrowDecided decided) {
    Optional<PrivateRequest> found =
        store
            .request(decided.getRequestId())
            .filter(r -> r.stage == PrivateRequest.Stage.RESERVING);
    if (found.isEmpty()) {
      return;
    }
    PrivateRequest request = found.get();
    if (!decided.getGranted()) {
      request.stage = PrivateRequest.Stage.REFUSED;
      store.put(request);
      request.request().getFlagClaims().forEach(store::release);
      results.refused(request, RequestRefusal.ESCROW_DENIED);
      return;
    }
    request.stage = PrivateRequest.Stage.WAITING;
    store.put(request);
    waiting.put(request.id, model(request.request()));
    start();
  }

  /** Starts what waits, as far as there are workers. */
  void start() {
    // One model's requests do not wait for another model's workers.
    waiting.keySet().removeIf(id -> accept(store.request(id).orElseThrow()));
  }

  /** Models of the requests that wait for workers, by their ids. */
  Map<String, Hash> waiting() {
    return Collections.unmodifiableMap(waiting);
  }

  private static Hash model(Request request) {
    return Wire.hash(request.getModelId());
  }

  private boolean accept(PrivateRequest stored) {
    Request request = stored.request();
    if (!check.isReserved(request, stored.escrow)) {
      return false;
    }
    List<Candidate> eligible =
        turns.covered(
            withCommittee(
                Readers.among(candidates.apply(model(request)), request, registry.get()), request));
    // Who proved that it owes a flag writes it: nobody else knows that the request is one.
    Optional<String> author =
        request.getFlagClaims().isEmpty()
            ? authors.first(stored.id, eligible)
            : authors.claimed(request.getFlagClaims().getFirst().getSentinel(), eligible);
    if (author.isEmpty()) {
      return false;
    }
    stored.segment(0).authors.add(author.get());
    stored.stage = PrivateRequest.Stage.ACCEPTED;
    store.put(stored);
    out.send(
        catalogue.accepted(),
        RecordKeys.text(stored.id),
        new Accepted(
            stored.id,
            Wire.buffer(stored.digest),
            account(request),
            Wire.buffer(NOTHING),
            0,
            request.getModelId(),
            0.0,
            0,
            0.0,
            Wire.buffer(NOTHING),
            request.getMaxTokens(),
            request.getCheckers(),
            stored.price,
            stored.escrow,
            request.getFlagSeal(),
            request.getHandovers(),
            request.getEncryptionKey(),
            Wire.buffer(InputSeal.of(UUID.fromString(stored.id), stored.input(keys)))));
    segments.begin(stored, author.get());
    results.started(stored);
    return true;
  }

  /**
   * Where workers rest, those that come must be an author and a whole committee: an author is who
   * has as many workers of other operators beside it, since no other will check it.
   */
  private List<String> withCommittee(List<String> ready, Request request) {
    RegistrySnapshot now = registry.get();
    if (now.parameters().map(ParametersSet::getWaitTicks).filter(t -> t > 0).isEmpty()) {
      return ready;
    }
    Map<String, Long> byOperator =
        ready.stream().collect(Collectors.groupingBy(w -> operator(now, w), Collectors.counting()));
    return ready.stream()
        .filter(w -> ready.size() - byOperator.get(operator(now, w)) >= request.getCheckers())
        .toList();
  }

  private static String operator(RegistrySnapshot registry, String worker) {
    return registry.workers().get(worker).operator();
  }

  /** Tells the requester what was decided. */
  void verdict(Verdict verdict) {
    PrivateRequest request = store.request(verdict.getRequestId()).orElseThrow();
    waiting.remove(request.id);
    turns.ended(request.id);
    if (verdict.getReason().equals(NO_WORKER)) {
      // It may have been accepted too late to count.
      request.stage = PrivateRequest.Stage.EXPIRED;
    }
    request.segment(verdict.getSegment()).verdict = EventCodec.encode(verdict);
    store.put(request);
    List<Verdict> verdicts = request.segments.stream().flatMap(s -> verdict(s).stream()).toList();
    // The verdicts of all segments come together; the requester is told once.
    if (verdicts.size() == request.segments.size()
        && verdicts.stream().allMatch(v -> v.getLast() == verdict.getLast())) {
      results.decided(request, verdicts);
    }
  }

  private static Optional<Verdict> verdict(PrivateSegment segment) {
    if (segment.verdict.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(EventCodec.decode(segment.verdict, Verdict.class));
    } catch (UndecodableEvent e) {
      throw new IllegalStateException("stored verdict: " + e.getMessage());
    }
  }
}
