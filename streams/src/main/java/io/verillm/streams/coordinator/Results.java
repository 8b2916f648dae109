package io.verillm.streams.coordinator;

import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateResults;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What requesters are told. */
final class Results {
  private final Catalogue catalogue;
  private final CoordinatorKeys keys;
  private final PrivateStore store;
  private final Texts texts;
  private final Outbox out;

  Results(Catalogue catalogue, CoordinatorKeys keys, PrivateStore store, Texts texts, Outbox out) {
    this.keys = keys;
    this.catalogue = catalogue;
    this.store = store;
    this.texts = texts;
    this.out = out;
  }

  /** A request that was refused before anything was stored. */
  void refused(String requestId, RequestRefusal refusal) {
    Result result = result(requestId, ResultKind.REFUSED, 0, "", new int[0], refusal.name(), null);
    out.send(catalogue.results(), RecordKeys.text(requestId), result);
  }

  /** A stored request that is refused after all. */
  void refused(PrivateRequest request, RequestRefusal refusal) {
    send(request, ResultKind.REFUSED, "", new int[0], refusal.name(), null);
  }

  void started(PrivateRequest request) {
    send(request, ResultKind.STARTED, "", new int[0], "", null);
  }

  /**
   * What is new in an answer, unverified. A character that later tokens will complete is held back.
   * Tokens that were told before, of a worker that has been replaced, are not told again.
   *
   * @param ids the answer so far, over all segments
   */
  void unverified(PrivateRequest request, int[] ids) {
    if (ids.length <= request.told) {
      return;
    }
    Hash model = Wire.hash(request.request().getModelId());
    String sent = whole(texts.decode(model, Arrays.copyOf(ids, request.told)));
    String text = whole(texts.decode(model, ids));
    String added = text.startsWith(sent) ? text.substring(sent.length()) : text;
    int[] fresh = Arrays.copyOfRange(ids, request.told, ids.length);
    request.told = ids.length;
    send(request, ResultKind.UNVERIFIED, added, fresh, "", null);
  }

  private static String whole(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\uFFFD') {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * The verdicts of all segments as one result.
   *
   * @param verdicts one for each segment, in order
   */
  void decided(PrivateRequest request, List<Verdict> verdicts) {
    ResultKind kind = verdicts.getFirst().getLast() ? ResultKind.FINAL : ResultKind.DECIDED;
    int[] ids = request.answer(request.segments.size());
    String text = texts.decode(Wire.hash(request.request().getModelId()), ids);
    AnswerVerdict whole = AnswerVerdict.of(verdicts);
    send(request, kind, text, ids, whole.outcome().name(), whole);
  }

  private void send(
      PrivateRequest request,
      ResultKind kind,
      String text,
      int[] ids,
      String reason,
      @Nullable AnswerVerdict verdict) {
    Result result = result(request.id, kind, request.results, text, ids, reason, verdict);
    out.send(catalogue.results(), RecordKeys.text(request.id), sealed(request, result));
    request.results++;
    store.put(request);
  }

  /** In private mode the requester alone can read what it is told. */
  private SpecificRecord sealed(PrivateRequest request, Result result) {
    byte[] key = Wire.bytes(request.request().getEncryptionKey());
    return EncryptionKey.parse(key)
        .<SpecificRecord>map(reader -> PrivateResults.seal(keys.secret(), result, reader))
        .orElse(result);
  }

  private static Result result(
      String requestId,
      ResultKind kind,
      int sequence,
      String text,
      int[] ids,
      String reason,
      @Nullable AnswerVerdict verdict) {
    return new Result(
        requestId,
        kind,
        sequence,
        text,
        Arrays.stream(ids).boxed().toList(),
        reason,
        verdict == null ? "" : verdict.policy(),
        verdict == null ? List.of() : verdict.checked(),
        verdict == null ? List.of() : verdict.notChecked());
  }
}
