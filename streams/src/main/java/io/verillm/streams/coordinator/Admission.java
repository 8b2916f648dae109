package io.verillm.streams.coordinator;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ModelRegistered;
import io.verillm.events.OutputReady;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.ResultKind;
import io.verillm.events.Task;
import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.topics.Catalogue;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.RecordKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns requests into tasks and tokens into results. It sees private topics, so it stands outside
 * the journal: all it can do to a request is refuse or delay it.
 */
final class Admission {
  private static final DeadLetterReason NOT_YOUR_TASK = new DeadLetterReason("not-your-task");
  private static final DeadLetterReason UNKNOWN_TASK = new DeadLetterReason("unknown-task");
  private static final DeadLetterReason OUT_OF_SEQUENCE = new DeadLetterReason("out-of-sequence");
  private static final DeadLetterReason BAD_TOKENS = new DeadLetterReason("bad-tokens");
  private static final DeadLetterReason TAG_MISMATCH = new DeadLetterReason("output-tag-mismatch");
  private static final int SEGMENT = 0;

  private final Catalogue catalogue;
  private final int shard;
  private final CoordinatorKeys keys;
  private final Supplier<RegistrySnapshot> registry;
  private final Function<Hash, List<String>> candidates;
  private final Texts texts;
  private final PrivateStore store;
  private final Authors authors;
  private final Outbox out;
  private final Results results;
  private final RequestCheck check;
  private final TreeSet<String> waiting = new TreeSet<>();

  Admission(
      Catalogue catalogue,
      int shard,
      CoordinatorKeys keys,
      Supplier<RegistrySnapshot> registry,
      Function<Hash, List<String>> candidates,
      Texts texts,
      PrivateStore store,
      Authors authors,
      Outbox out) {
    this.catalogue = catalogue;
    this.shard = shard;
    this.keys = keys;
    this.registry = registry;
    this.candidates = candidates;
    this.texts = texts;
    this.store = store;
    this.authors = authors;
    this.out = out;
    this.results = new Results(catalogue, keys, store, texts, out);
    this.check = new RequestCheck(catalogue, registry, texts);
    store.waiting().forEach(r -> waiting.add(r.id));
  }

  /** A signed request whose signature holds. */
  void request(SignedRecord record, Request request) {
    Hash digest = Hashing.hash("request", record.key(), record.value(), record.signature());
    Optional<PrivateRequest> known = store.request(request.getRequestId());
    if (known.isPresent()) {
      if (!Arrays.equals(known.get().digest, digest.bytes())) {
        // No result: that would speak to whoever owns the id.
        out.refuse(record, RequestRefusal.DUPLICATE_ID.reason(), request.getRequestId());
      }
      // The same bytes again: already on its way.
      return;
    }
    Optional<RequestRefusal> refusal = check.refusal(record, request);
    if (refusal.filter(RequestRefusal::leavesOwnerUnknown).isPresent()) {
      // No result either: the id may be somebody else's.
      out.refuse(record, refusal.get().reason(), request.getRequestId());
      return;
    }
    if (refusal.isPresent()) {
      results.refused(record, request.getRequestId(), refusal.get());
      return;
    }
    reserve(record, request, digest);
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
    out.send(
        catalogue.ledgerCommands(),
        RecordKeys.text("reserve/" + stored.id),
        new ReserveEscrow(
            "reserve/" + stored.id, stored.id, shard, account(request), stored.escrow));
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
      results.refused(request, RequestRefusal.ESCROW_DENIED);
      return;
    }
    request.stage = PrivateRequest.Stage.WAITING;
    store.put(request);
    waiting.add(request.id);
    start();
  }

  /** Starts what waits, as far as there are workers. */
  void start() {
    // One model's requests do not wait for another model's workers.
    waiting.removeIf(id -> accept(store.request(id).orElseThrow()));
  }

  private boolean accept(PrivateRequest stored) {
    Request request = stored.request();
    Hash modelId = Wire.hash(request.getModelId());
    Optional<String> author = authors.choose(candidates(request, modelId));
    if (author.isEmpty()) {
      return false;
    }
    authors.count(author.get());
    stored.authors.add(author.get());
    stored.stage = PrivateRequest.Stage.ACCEPTED;
    store.put(stored);
    Hash salt = keys.promptSalt(stored.id);
    out.send(
        catalogue.accepted(),
        RecordKeys.text(stored.id),
        new Accepted(
            stored.id,
            Wire.buffer(stored.digest),
            account(request),
            Wire.buffer(Digests.promptHash(salt.bytes(), stored.promptIds)),
            stored.promptIds.length,
            request.getModelId(),
            request.getTemperature(),
            request.getTopK(),
            request.getTopP(),
            Wire.buffer(seed(request)),
            request.getMaxTokens(),
            request.getCheckers(),
            stored.price,
            stored.escrow,
            request.getFlagSeal(),
            request.getEncryptionKey()));
    byte[] alpha = Draws.task(UUID.fromString(stored.id), "author/" + SEGMENT, author.get(), 0);
    Hash taskId = Draws.taskId(keys.vrf().output(alpha));
    task(stored, taskId, author.get(), true, 0, stored.promptIds);
    results.started(stored);
    return true;
  }

  /** Workers that can be given the request; in private mode they must be able to read. */
  private List<String> candidates(Request request, Hash modelId) {
    boolean isPrivate = request.getEncryptionKey().hasRemaining();
    return candidates.apply(modelId).stream()
        .filter(worker ->
            !isPrivate || registry.get().encryptionKeys().containsKey(Signers.worker(worker)))
        .toList();
  }

  private static Hash seed(Request request) {
    return Digests.seed(
        UUID.fromString(request.getRequestId()),
        VerifyKey.of(Wire.bytes(request.getRequesterKey())),
        Wire.bytes(request.getNonce()));
  }

  /** A task that deciding has drawn. The first author's was sent with the acceptance. */
  void assign(Effect.Assign drawn) {
    if (drawn.author() && drawn.attempt() == 0) {
      return;
    }
    PrivateRequest stored = store.request(drawn.requestId()).orElseThrow();
    if (drawn.author()) {
      // The attempt before may have come in whole after its deadline; it must not stand for this.
      stored.outputIds = new int[0];
      stored.outputReceived = false;
      store.put(stored);
    }
    int[] context = drawn.author() ? stored.promptIds : stored.context();
    task(stored, drawn.taskId(), drawn.worker(), drawn.author(), drawn.attempt(), context);
  }

  private void task(
      PrivateRequest stored,
      Hash taskId,
      String worker,
      boolean author,
      int attempt,
      int[] context) {
    Request request = stored.request();
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    PrivateTask task = new PrivateTask();
    task.requestId = stored.id;
    task.segment = SEGMENT;
    task.attempt = attempt;
    task.worker = worker;
    task.author = author;
    task.contextSize = context.length;
    store.put(taskId, task);
    out.send(
        catalogue.tasks(worker),
        RecordKeys.task(taskId),
        Padding.pad(
            new Task(
                Wire.buffer(taskId),
                shard,
                request.getModelId(),
                Arrays.stream(context).boxed().toList(),
                stored.promptIds.length,
                Wire.buffer(keys.promptSalt(stored.id)),
                Wire.buffer(keys.nonce(taskId)),
                request.getTemperature(),
                request.getTopK(),
                request.getTopP(),
                Wire.buffer(seed(request)),
                model.getPositionLimit(),
                AdmissionLimits.AHEAD,
                Wire.buffer(new byte[0]))));
  }

  /**
   * A commitment whose signature holds: the fast way to Continue and Stop. Deciding meets it again.
   */
  void commitment(SignedRecord record, Commitment commitment) {
    if (!isTask(commitment.getTaskId()) || !isOf(record, commitment.getWorker())) {
      return;
    }
    Hash taskId = Wire.hash(commitment.getTaskId());
    Optional<PrivateTask> found =
        store.task(taskId).filter(t -> t.worker.equals(commitment.getWorker()));
    if (found.isEmpty()) {
      return;
    }
    PrivateTask task = found.get();
    if (!SoundCommitment.test(commitment, task.prefilled)) {
      return;
    }
    if (commitment.getStep() == CommitmentStep.PREFILL && !task.prefilled) {
      task.prefilled = true;
      store.put(taskId, task);
      release(taskId, task);
    } else if (commitment.getStep() == CommitmentStep.FINAL
        && task.author
        && task.outputTag.length == 0) {
      task.outputTag = Wire.bytes(commitment.getOutputTag());
      store.put(taskId, task);
      match(record, taskId, task);
    }
  }

  private static boolean isTask(ByteBuffer taskId) {
    return taskId.remaining() == Hash.LENGTH;
  }

  /** Task ids become public with the first commitment: only the signature says who speaks. */
  private static boolean isOf(SignedRecord record, String worker) {
    return record.signer().equals(Signers.worker(worker));
  }

  private void release(Hash taskId, PrivateTask task) {
    if (task.author) {
      Request request = store.request(task.requestId).orElseThrow().request();
      control(task, taskId, ControlAction.CONTINUE, 0);
      control(task, taskId, ControlAction.STOP, task.contextSize + request.getMaxTokens());
    } else {
      control(task, taskId, ControlAction.STOP, task.contextSize);
    }
  }

  private void control(PrivateTask task, Hash taskId, ControlAction action, int size) {
    out.send(
        catalogue.controls(task.worker),
        RecordKeys.task(taskId),
        new Control(Wire.buffer(taskId), action, size));
  }

  /** Tokens whose signature holds. */
  void tokens(SignedRecord record, Tokens tokens) {
    if (!isTask(tokens.getTaskId())) {
      out.refuse(record, UNKNOWN_TASK, tokens.getTaskId().remaining() + " bytes");
      return;
    }
    Hash taskId = Wire.hash(tokens.getTaskId());
    Optional<PrivateTask> found = store.task(taskId);
    if (found.isEmpty() || !found.get().author) {
      out.refuse(record, UNKNOWN_TASK, taskId.hex());
      return;
    }
    PrivateTask task = found.get();
    if (!task.worker.equals(tokens.getWorker()) || !isOf(record, task.worker)) {
      out.refuse(record, NOT_YOUR_TASK, tokens.getWorker());
      return;
    }
    if (tokens.getSequence() < task.nextSequence || !task.finish.isEmpty()) {
      // Sent again after a restart: the first counts.
      return;
    }
    if (tokens.getSequence() > task.nextSequence) {
      out.refuse(record, OUT_OF_SEQUENCE, tokens.getSequence() + " > " + task.nextSequence);
      return;
    }
    PrivateRequest request = store.request(task.requestId).orElseThrow();
    if (!areTokens(tokens.getTokenIds(), task, request.request())) {
      out.refuse(record, BAD_TOKENS, taskId.hex());
      return;
    }
    task.nextSequence++;
    int before = task.tokens.length;
    task.append(tokens.getTokenIds(), tokens.getTokenIds().size());
    if (tokens.getFinishReason() != TokensFinish.NONE) {
      task.finish = tokens.getFinishReason().name();
    }
    store.put(taskId, task);
    results.unverified(task, before);
    match(record, taskId, task);
  }

  /** Ids of the model's vocabulary, and with those before no more than were asked for. */
  private boolean areTokens(List<Integer> ids, PrivateTask task, Request request) {
    int vocabulary = registry.get().models().get(Wire.hash(request.getModelId())).getVocabulary();
    return ids.size() <= request.getMaxTokens() - task.tokens.length
        && ids.stream().allMatch(id -> id >= 0 && id < vocabulary);
  }

  /** When tokens and FINAL commitment are both there, they must be of the same text. */
  private void match(SignedRecord record, Hash taskId, PrivateTask task) {
    PrivateRequest request = store.request(task.requestId).orElseThrow();
    boolean replaced = task.attempt != request.authors.size() - 1;
    if (replaced || task.finish.isEmpty() || task.outputTag.length == 0 || request.outputReceived) {
      return;
    }
    Hash tag =
        Digests.outputTag(
            Digests.outputHash(task.tokens),
            FinishReason.valueOf(task.finish),
            keys.nonce(taskId).bytes());
    if (!Arrays.equals(tag.bytes(), task.outputTag)) {
      out.refuse(record, TAG_MISMATCH, taskId.hex());
      return;
    }
    request.outputIds = task.tokens;
    request.outputReceived = true;
    store.put(request);
    out.send(
        catalogue.accepted(),
        RecordKeys.text(request.id),
        new OutputReady(request.id, task.segment, task.attempt));
  }

  /** Tells the requester what was decided. */
  void verdict(Verdict verdict) {
    PrivateRequest request = store.request(verdict.getRequestId()).orElseThrow();
    if (waiting.remove(request.id)) {
      request.stage = PrivateRequest.Stage.EXPIRED;
      store.put(request);
    }
    results.decided(request, verdict, verdict.getLast() ? ResultKind.FINAL : ResultKind.DECIDED);
  }
}
