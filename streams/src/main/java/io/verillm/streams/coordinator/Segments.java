package io.verillm.streams.coordinator;

import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import io.verillm.events.ModelRegistered;
import io.verillm.events.OutputReady;
import io.verillm.events.Request;
import io.verillm.events.Task;
import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.OwnWords;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.TaskPurpose;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.topics.Catalogue;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.RecordKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hands out tasks and joins what their authors stream to one answer, segment by segment. As {@link
 * Admission} it can only delay: what it says in public is judged by deciding.
 */
final class Segments {
  private static final DeadLetterReason NOT_YOUR_TASK = new DeadLetterReason("not-your-task");
  private static final DeadLetterReason UNKNOWN_TASK = new DeadLetterReason("unknown-task");
  private static final DeadLetterReason OUT_OF_SEQUENCE = new DeadLetterReason("out-of-sequence");
  private static final DeadLetterReason BAD_TOKENS = new DeadLetterReason("bad-tokens");
  private static final DeadLetterReason TAG_MISMATCH = new DeadLetterReason("output-tag-mismatch");

  private final Catalogue catalogue;
  private final int shard;
  private final CoordinatorKeys keys;
  private final Supplier<RegistrySnapshot> registry;
  private final Function<Hash, List<String>> candidates;
  private final OpenTurns turns;
  private final PrivateStore store;
  private final Results results;
  private final Outbox out;

  Segments(
      Catalogue catalogue,
      int shard,
      CoordinatorKeys keys,
      Supplier<RegistrySnapshot> registry,
      Function<Hash, List<String>> candidates,
      OpenTurns turns,
      PrivateStore store,
      Results results,
      Outbox out) {
    this.catalogue = catalogue;
    this.shard = shard;
    this.keys = keys;
    this.registry = registry;
    this.candidates = candidates;
    this.turns = turns;
    this.store = store;
    this.results = results;
    this.out = out;
  }

  /** The task of a request's first author, which is sent with the acceptance. */
  void begin(PrivateRequest stored, String author) {
    byte[] alpha = Draws.task(UUID.fromString(stored.id), TaskPurpose.author(0), author, 0);
    Hash taskId = Draws.taskId(keys.vrf().output(alpha));
    task(stored, new Effect.Assign(stored.id, 0, 0, 0, author, taskId, true));
  }

  static Hash seed(Request request) {
    return Digests.seed(
        UUID.fromString(request.getRequestId()),
        VerifyKey.of(Wire.bytes(request.getRequesterKey())),
        Wire.bytes(request.getNonce()));
  }

  /** A task that deciding has drawn. The first author's was sent with the acceptance. */
  void assign(Effect.Assign drawn) {
    if (drawn.author() && drawn.segment() + drawn.attempt() == 0) {
      return;
    }
    PrivateRequest stored = store.request(drawn.requestId()).orElseThrow();
    if (drawn.author()) {
      // The attempt before may have come in whole after its deadline; it must not stand for this.
      PrivateSegment again = stored.segment(drawn.segment());
      again.outputIds = new int[0];
      again.outputReceived = false;
      store.put(stored);
    }
    task(stored, drawn);
  }

  private void task(PrivateRequest stored, Effect.Assign drawn) {
    Hash taskId = drawn.taskId();
    Request request = stored.request();
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    int[] context = stored.context(drawn.segment());
    PrivateTask task = new PrivateTask();
    task.requestId = stored.id;
    task.segment = drawn.segment();
    task.attempt = drawn.attempt();
    task.worker = drawn.worker();
    task.author = drawn.author();
    task.contextSize = context.length;
    task.stop = drawn.author() ? stop(stored, drawn.segment()) : context.length;
    store.put(taskId, task);
    if (drawn.author()) {
      turns.begun(taskId, stored.id, drawn.worker());
    }
    out.send(
        catalogue.tasks(drawn.worker()),
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
                CaseLimits.AHEAD,
                Wire.buffer(new byte[0])),
            limit(stored),
            model.getVocabulary()));
  }

  /**
   * A commitment whose signature holds: the fast way to Continue and Stop. Deciding meets it again.
   */
  void commitment(SignedRecord record, Commitment commitment) {
    if (!isTask(commitment.getTaskId()) || !OwnWords.of(record.signer(), commitment)) {
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
      turns.committed(taskId);
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

  private void release(Hash taskId, PrivateTask task) {
    if (task.author && hasExpired(store.request(task.requestId).orElseThrow())) {
      control(task, taskId, ControlAction.STOP, task.contextSize);
      return;
    }
    if (task.author) {
      control(task, taskId, ControlAction.CONTINUE, 0);
    }
    control(task, taskId, ControlAction.STOP, task.stop);
  }

  /** Whether the escrow went back before the acceptance counted: nobody pays for an answer. */
  private static boolean hasExpired(PrivateRequest request) {
    return request.stage == PrivateRequest.Stage.EXPIRED;
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
    if (!task.worker.equals(tokens.getWorker()) || !OwnWords.of(record.signer(), tokens)) {
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
    if (!areTokens(tokens, task, request.request())) {
      out.refuse(record, BAD_TOKENS, taskId.hex());
      return;
    }
    task.nextSequence++;
    task.append(tokens.getTokenIds(), tokens.getTokenIds().size());
    if (tokens.getFinishReason() != TokensFinish.NONE) {
      task.finish = tokens.getFinishReason().name();
    }
    store.put(taskId, task);
    if (isNewest(request, task) && !hasExpired(request)) {
      int[] before = request.answer(task.segment);
      results.unverified(
          request, IntStream.concat(Arrays.stream(before), Arrays.stream(task.tokens)).toArray());
    }
    match(record, taskId, task);
  }

  /** Ids of the model's vocabulary up to the stop, and an end where there may be one. */
  private boolean areTokens(Tokens tokens, PrivateTask task, Request request) {
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    List<Integer> ids = tokens.getTokenIds();
    int size = task.size() + ids.size();
    boolean mayEnd =
        switch (tokens.getFinishReason()) {
          case NONE, EOS -> true;
          case STOP -> size == task.stop;
          case LENGTH -> size == model.getPositionLimit();
        };
    return mayEnd
        && size <= task.stop
        && ids.stream().allMatch(id -> id >= 0 && id < model.getVocabulary());
  }

  /** Whether no later segment or attempt has begun. */
  private static boolean isNewest(PrivateRequest request, PrivateTask task) {
    return task.segment == request.segments.size() - 1
        && task.attempt == request.segment(task.segment).authors.size() - 1;
  }

  /** When tokens and FINAL commitment are both there, they must be of the same text. */
  private void match(SignedRecord record, Hash taskId, PrivateTask task) {
    PrivateRequest request = store.request(task.requestId).orElseThrow();
    boolean waits = isNewest(request, task) && !request.segment(task.segment).outputReceived;
    if (!waits || task.finish.isEmpty() || task.outputTag.length == 0) {
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
    PrivateSegment segment = request.segment(task.segment);
    segment.outputIds = task.tokens;
    segment.outputReceived = true;
    segment.last = !task.finish.equals(FinishReason.STOP.name()) || task.stop == limit(request);
    store.put(request);
    out.send(
        catalogue.accepted(),
        shard,
        taskId.bytes(),
        new OutputReady("", 0, 0, Wire.buffer(taskId)));
  }

  /** Where an author's segment ends at the latest. */
  private int stop(PrivateRequest stored, int segment) {
    Request request = stored.request();
    List<Integer> points =
        HandoverPlan.points(keys, stored.id, request.getMaxTokens(), request.getHandovers());
    return segment < points.size() && canHandOver(stored)
        ? stored.promptIds.length + points.get(segment)
        : limit(stored);
  }

  private static int limit(PrivateRequest stored) {
    return stored.promptIds.length + stored.request().getMaxTokens();
  }

  /** Whether another author can be had and still a full committee beside it. */
  private boolean canHandOver(PrivateRequest stored) {
    Request request = stored.request();
    if (!request.getFlagClaims().isEmpty()) {
      // A flag is its sentinel's from the first to the last token.
      return false;
    }
    Set<String> authors = stored.authors().collect(Collectors.toSet());
    long others =
        Readers.among(candidates.apply(Wire.hash(request.getModelId())), request, registry.get())
            .stream()
            .filter(worker -> !authors.contains(worker))
            .count();
    return others > request.getCheckers();
  }
}
