package io.verillm.streams.coordinator;

import io.verillm.events.FlagClaim;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Request;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RequestIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whether a signed request may be admitted. Pure; the first reason in the order below is the
 * outcome.
 */
final class RequestCheck {
  private final Catalogue catalogue;
  private final Supplier<RegistrySnapshot> registry;
  private final Function<FlagClaim, Optional<ClaimFault>> claims;
  private final PrivateStore store;
  private final Texts texts;

  RequestCheck(
      Catalogue catalogue,
      Supplier<RegistrySnapshot> registry,
      Function<FlagClaim, Optional<ClaimFault>> claims,
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
        || request.getModelId().remaining() != Hash.LENGTH) {
      return Optional.of(RequestRefusal.BAD_VALUE);
    }
    ModelRegistered model = registry.get().models().get(Wire.hash(request.getModelId()));
    if (model == null
        || registry.get().parameters().isEmpty()
        || !texts.knows(Wire.hash(request.getModelId()))) {
      return Optional.of(RequestRefusal.UNKNOWN_MODEL);
    }
    return parameters(request)
        .or(() -> size(request, model))
        .or(() -> mode(request))
        .or(() -> budget(request, model))
        .or(() -> claim(request));
  }

  private Optional<RequestRefusal> parameters(Request request) {
    if (request.getTopK() < 1 || request.getTopK() > SamplingParameters.MAX_TOP_K) {
      return Optional.of(RequestRefusal.BAD_TOP_K);
    }
    if (!(request.getTopP() > 0 && request.getTopP() <= 1)) {
      return Optional.of(RequestRefusal.BAD_TOP_P);
    }
    if (!isTemperature(request)) {
      return Optional.of(RequestRefusal.BAD_TEMPERATURE);
    }
    int m = request.getCheckers();
    if (m < 1 || m > AdmissionLimits.CHECKERS_MAX || m % 2 == 0) {
      return Optional.of(RequestRefusal.BAD_CHECKERS);
    }
    if (request.getHandovers() < 0 || request.getHandovers() > CaseLimits.HANDOVERS_MAX) {
      return Optional.of(RequestRefusal.BAD_HANDOVERS);
    }
    return terms().slashLeft(m, request.getHandovers()) < 0
        ? Optional.of(RequestRefusal.BAD_CHECKERS)
        : Optional.empty();
  }

  /** What a worker's sampler would refuse must be refused here: nobody may be slashed for it. */
  private static boolean isTemperature(Request request) {
    try {
      new SamplingParameters(request.getTemperature(), request.getTopK(), request.getTopP());
      return request.getTemperature() <= AdmissionLimits.TEMPERATURE_MAX;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Optional<RequestRefusal> size(Request request, ModelRegistered model) {
    String prompt = request.getPrompt();
    if (prompt.isEmpty()) {
      return Optional.of(RequestRefusal.PROMPT_EMPTY);
    }
    if (prompt.length() > AdmissionLimits.PROMPT_CHARS_MAX) {
      return Optional.of(RequestRefusal.PROMPT_TOO_LONG);
    }
    int room =
        model.getPositionLimit() - texts.encode(Wire.hash(request.getModelId()), prompt).length;
    if (room < 1) {
      return Optional.of(RequestRefusal.PROMPT_TOO_LONG);
    }
    return request.getMaxTokens() < 1 || request.getMaxTokens() > room
        ? Optional.of(RequestRefusal.BAD_MAX_TOKENS)
        : Optional.empty();
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

  /** Only a flag that is owed, by its proof and once, chooses its author. */
  private Optional<RequestRefusal> claim(Request request) {
    List<FlagClaim> made = request.getFlagClaims();
    if (made.isEmpty()) {
      return Optional.empty();
    }
    if (made.size() > 1) {
      return Optional.of(RequestRefusal.FLAG_TWICE);
    }
    return claims
        .apply(made.getFirst())
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

  /** Units that a request of this model reserves. */
  long escrow(Request request, ModelRegistered model) {
    long price = Parameters.price(request.getMaxTokens(), model.getPricePerToken());
    return terms().escrow(price, request.getCheckers() + request.getHandovers());
  }
}
