package io.verillm.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestIds;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.Topic;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Requests that the gateway signs for its callers, and pays for: JSON in, a signed event out. The
 * same id with the same fields gives the same bytes, so that posting again is harmless; whether the
 * values are admitted is for the coordinator to say, but for what nobody could mean.
 */
final class GatewayRequests {
  static final String TYPE = "application/json";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Set<String> FIELDS =
      Set.of(
          "requestId",
          "model",
          "prompt",
          "maxTokens",
          "temperature",
          "topK",
          "topP",
          "checkers",
          "waitTicks",
          "budget");

  private final Topic requests;
  private final EventSigner signer;
  private final GatewaySeeds seeds;
  private final RequestIds ids;
  private final CallerIds callers;
  private final Supplier<RegistrySnapshot> registry;

  GatewayRequests(
      Topic requests,
      EventSigner signer,
      GatewaySeeds seeds,
      RequestIds ids,
      CallerIds callers,
      Supplier<RegistrySnapshot> registry) {
    this.requests = requests;
    this.signer = signer;
    this.seeds = seeds;
    this.ids = ids;
    this.callers = callers;
    this.registry = registry;
  }

  Checked<Posting> read(HttpCall call) {
    JsonNode json;
    try {
      json = MAPPER.readTree(call.body());
    } catch (JsonProcessingException e) {
      return Checked.bad(Refusal.Code.MALFORMED, "not JSON: " + e.getOriginalMessage());
    } catch (java.io.IOException e) {
      return Checked.bad(Refusal.Code.MALFORMED, "not JSON: " + e.getMessage());
    }
    if (!json.isObject()) {
      return Checked.bad(Refusal.Code.MALFORMED, "the body must be one JSON object");
    }
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      return Checked.bad(
          Refusal.Code.MALFORMED,
          "unknown fields %s; a request has %s".formatted(unknown, new TreeSet<>(FIELDS)));
    }
    return new JsonFields(json)
        .read(ids::next)
        .then(fields -> draft(fields, own(fields.requestId(), call)).then(this::signed));
  }

  /** Nobody else's request can be posted again, or asked for. */
  private String own(String requestId, HttpCall call) {
    return call.caller().map(caller -> callers.own(requestId, caller)).orElse(requestId);
  }

  private Checked<RequestDraft> draft(JsonFields.Values fields, String requestId) {
    RegistrySnapshot known = registry.get();
    Optional<ModelRegistered> model = known.model(fields.model());
    Optional<ParametersSet> parameters = known.parameters();
    if (model.isEmpty() || parameters.isEmpty()) {
      return Checked.bad(
          Refusal.Code.UNACCEPTABLE,
          "unknown model '%s'; registered: %s"
              .formatted(
                  fields.model(),
                  known.models().values().stream()
                      .map(ModelRegistered::getName)
                      .sorted()
                      .toList()));
    }
    // The gateway pays: a caller may spend less than a request can cost, and never more.
    long cost =
        RequesterClient.budget(
            model.get().getPricePerToken(),
            fields.maxTokens(),
            fields.checkers() + RequestDraft.HANDOVERS_DEFAULT,
            parameters.get().getFlatFee());
    long budget = fields.budget().orElse(cost);
    if (budget > cost) {
      return Checked.bad(
          Refusal.Code.UNACCEPTABLE,
          "budget must be at most %d, what this request can cost, not %d".formatted(cost, budget));
    }
    Parameters terms = Parameters.of(parameters.get());
    // The coordinator takes a longer wait for its longest; a caller who says more expects it.
    int longest = terms.waitTicks() > 0 ? terms.waitTicks() : terms.segmentTicks();
    if (fields.waitTicks() > longest) {
      return Checked.bad(
          Refusal.Code.UNACCEPTABLE,
          "waitTicks must be at most %d, as long as this log waits for workers, not %d"
              .formatted(longest, fields.waitTicks()));
    }
    return Checked.good(
        new RequestDraft(
                requestId,
                new Hash(Wire.bytes(model.get().getModelId())),
                fields.prompt(),
                fields.maxTokens(),
                fields.temperature(),
                fields.topK(),
                fields.topP(),
                fields.checkers(),
                RequestDraft.HANDOVERS_DEFAULT,
                budget,
                seeds.nonce(requestId),
                seeds.flagSalt(requestId))
            .waitingAtMost(fields.waitTicks()));
  }

  private Checked<Posting> signed(RequestDraft draft) {
    Request request = draft.request(signer.key().publicKey());
    byte[] value = EventCodec.encode(request);
    if (value.length > requests.recordBytesMax()) {
      return Checked.bad(
          Refusal.Code.TOO_LARGE,
          "the request would have %d bytes, %d are allowed"
              .formatted(value.length, requests.recordBytesMax()));
    }
    byte[] key = RecordKeys.text(draft.requestId());
    return Checked.good(
        new Posting(draft.requestId(), signer.sign(requests.name(), -1, key, value)));
  }
}
