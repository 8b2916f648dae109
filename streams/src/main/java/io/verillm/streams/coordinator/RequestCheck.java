package io.verillm.streams.coordinator;

import io.verillm.events.FlagClaim;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.Asked;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RequestIds;
import io.verillm.topics.RequestLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Whether a signed request may be admitted. Pure; the first reason in the order below is the
 * outcome.
 */
final class RequestCheck {
  private final Catalogue catalogue;
  private final Supplier<RegistrySnapshot> registry;
  private final BiFunction<FlagClaim, Request, Optional<ClaimFault>> claims;
  private final PrivateStore store;
  private final Texts texts;

  RequestCheck(
      Catalogue catalogue,
      Supplier<RegistrySnapshot> registry,
      BiFunction<FlagClaim, Request, Optional<ClaimFault>> claims,
      PrivateStore store,
      Texts texts) {
    this.catalogue = catalogue;
    this.registry = registry;
    this.claims = claims;
    this.store = store;
    this.texts = texts;
  }

  Optional<RequestRefusal> refusal(SignedRecord record, Request request) {
    String id = request.getRequestId();
    if (RequestIds.parse(id).isEmpty()) {
      return Optional.of(RequestRefusal.BAD_REQUEST_ID);
    }
    if (!new String(record.key(), StandardCharsets.UTF_8).equals(id)) {
      return Optional.of(RequestRefusal.WRONG_KEY);
    }
    if (catalogue.shardOf(id) != record.partition()) {
      return Optional.of(RequestRefusal.WRONG_PARTITION);
    }
    if (request.getNonce().remaining() != Hash.LENGTH
        || request.getFlagSeal().remaining() != Hash.LENGTH
        || request.getModelId().remaining() != Hash.LENGTH
        || request.getWaitTicks() < 0) {
      return Optional.of(RequestRefusal.BAD_VALUE);
    }
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    if (model == null
        || registry.get().parameters().isEmpty()
        || !texts.knows(Wire.hash(request.getModelId()))) {
      return Optional.of(RequestRefusal.UNKNOWN_MODEL);
    }
    return asked(request, model)
        .or(() -> mode(request))
        .or(() -> budget(request, model))
        .or(() -> claim(request));
  }

  /** By the limits that who posts a request can know too. */
  private Optional<RequestRefusal> asked(Request request, ModelRegistered model) {
    Hash modelId = Wire.hash(request.getModelId());
    return RequestLimits.fault(
            Asked.of(request), model, terms(), prompt -> texts.encode(modelId, prompt).length)
        .map(RequestRefusal::of);
  }

  private Optional<RequestRefusal> mode(Request request) {
    byte[] key = Wire.bytes(request.getEncryptionKey());
    if (key.length == 0) {
      return Optional.empty();
    }
    if (EncryptionKey.parse(key).isEmpty()) {
      return Optional.of(RequestRefusal.BAD_ENCRYPTION_KEY);
    }
    return registry.get().encryptionKeys().containsKey(Signers.COORDINATOR)
        ? Optional.empty()
        : Optional.of(RequestRefusal.NO_PRIVATE_MODE);
  }

  /** Only a flag that is owed, by its proof, as large and once, chooses its author. */
  private Optional<RequestRefusal> claim(Request request) {
    List<FlagClaim> made = request.getFlagClaims();
    if (made.isEmpty()) {
      return Optional.empty();
    }
    if (made.size() > 1) {
      return Optional.of(RequestRefusal.FLAG_TWICE);
    }
    return claims
        .apply(made.getFirst(), request)
        .map(RequestCheck::refusal)
        .or(() ->
            store.isClaimed(made.getFirst())
                ? Optional.of(RequestRefusal.FLAG_ALREADY_PLANTED)
                : Optional.empty());
  }

  private static RequestRefusal refusal(ClaimFault fault) {
    return switch (fault) {
      case UNKNOWN_SENTINEL -> RequestRefusal.FLAG_UNKNOWN_SENTINEL;
      case BAD_PROOF -> RequestRefusal.FLAG_BAD_PROOF;
      case NOT_OWED -> RequestRefusal.FLAG_NOT_OWED;
      case ALREADY_PLANTED -> RequestRefusal.FLAG_ALREADY_PLANTED;
    };
  }

  private Optional<RequestRefusal> budget(Request request, ModelRegistered model) {
    return request.getBudget() < escrow(request, model)
        ? Optional.of(RequestRefusal.BUDGET_TOO_SMALL)
        : Optional.empty();
  }

  private Parameters terms() {
    return Parameters.of(registry.get().parameters().orElseThrow());
  }

  /**
   * Whether so much is what a request reserves now. Where fees have changed since, deciding would
   * refuse it, and it ends as one that no worker came for.
   */
  boolean isReserved(Request request, long escrow) {
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    return model != null
        && registry.get().parameters().isPresent()
        && escrow(request, model) == escrow;
  }

  /** Units that a request of this model reserves. */
  long escrow(Request request, ModelRegistered model) {
    return RequestLimits.escrow(Asked.of(request), model, terms());
  }
}
