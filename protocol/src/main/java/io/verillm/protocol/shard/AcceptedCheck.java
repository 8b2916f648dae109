package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.vote.InputSeal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether an admitted request can become a case; later steps rely on every limit here. */
final class AcceptedCheck {
  /** Members of a round-1 committee; a settlement has room for both rounds. */
  static final int CHECKERS_MAX = 255;

  private AcceptedCheck() {}

  /**
   * The refusal, if any.
   *
   * @throws IllegalArgumentException if a field is outside its limits
   */
  static @Nullable Refusal refusal(Accepted a, RegistrySnapshot registry) {
    require(UUID.fromString(a.getRequestId()).toString().equals(a.getRequestId()), a);
    Hash modelId = Wire.hash(a.getModelId());
    boolean sealed = InputSeal.isSealed(a);
    Wire.hash(sealed ? a.getInputSeal() : a.getPromptHash());
    require(sealed ? showsNothing(a) : a.getPromptLength() >= 1, a);
    require(a.getMaxTokens() >= 1, a);
    require(a.getCheckers() >= 1 && a.getCheckers() <= CHECKERS_MAX, a);
    require(a.getHandovers() >= 0 && a.getHandovers() <= CaseLimits.HANDOVERS_MAX, a);
    ModelRegistered model = registry.models().get(modelId);
    if (model == null || registry.parameters().isEmpty()) {
      return Refusal.NO_TERMS;
    }
    Parameters terms = Parameters.of(registry.parameters().get());
    if (terms.slashLeft(a.getCheckers(), a.getHandovers()) < 0) {
      return Refusal.NO_TERMS;
    }
    if (PrivateOpenings.isPrivate(a)) {
      require(EncryptionKey.parse(Wire.bytes(a.getEncryptionKey())).isPresent(), a);
      if (!registry.encryptionKeys().containsKey(Signers.COORDINATOR)) {
        return Refusal.NO_TERMS;
      }
    }
    // A prompt has a token at least, however long it turns out to be.
    long largest = Math.max(1L, a.getPromptLength()) + a.getMaxTokens();
    require(largest <= model.getPositionLimit(), a);
    return isPriced(a, model, terms) ? null : Refusal.WRONG_PRICE;
  }

  /** What a request costs follows from what is registered, whoever reserves it. */
  private static boolean isPriced(Accepted a, ModelRegistered model, Parameters terms) {
    long price = Parameters.price(a.getMaxTokens(), model.getPricePerToken());
    return a.getPrice() == price
        && a.getEscrow() == terms.escrow(price, a.getCheckers() + a.getHandovers());
  }

  private static boolean showsNothing(Accepted a) {
    return a.getPromptLength() == 0
        && !a.getPromptHash().hasRemaining()
        && a.getTemperature() == 0
        && a.getTopK() == 0
        && a.getTopP() == 0
        && !a.getSeed().hasRemaining();
  }

  private static void require(boolean holds, Accepted a) {
    if (!holds) {
      throw new IllegalArgumentException("accepted outside its limits: " + a);
    }
  }
}
