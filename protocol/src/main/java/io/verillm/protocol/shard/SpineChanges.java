package io.verillm.protocol.shard;

import io.verillm.events.BondDecided;
import io.verillm.events.EscrowDecided;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.StakeChanged;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.MoneyLimits;
import io.verillm.protocol.registry.RegistrySnapshot;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What coordinator and ledger say on the spine about workers and money; null where it counts. */
final class SpineChanges {
  private final ShardState state;
  private final Signatures signatures;
  private final Disputes disputes;
  private final String registryTopic;
  private final KeySuite keys;

  SpineChanges(
      ShardState state,
      Signatures signatures,
      Disputes disputes,
      String registryTopic,
      KeySuite keys) {
    this.state = state;
    this.signatures = signatures;
    this.disputes = disputes;
    this.registryTopic = registryTopic;
    this.keys = keys;
  }

  /** Applies a registration, a stake or the ledger's answer about a bond. */
  @Nullable Refusal apply(SignedRecord spine, SpecificRecord event) {
    return switch (event) {
      case RegistryUpdate update -> update(spine, update);
      case StakeChanged changed -> stake(spine, changed);
      case BondDecided decided -> bond(spine, decided);
      default -> Refusal.WRONG_TOPIC;
    };
  }

  private @Nullable Refusal update(SignedRecord spine, RegistryUpdate update) {
    // The coordinator's own first entry is what makes its key known.
    if (state.registry.coordinator().isPresent()) {
      Refusal refusal = signatures.fault(spine, Signers.COORDINATOR);
      if (refusal != null) {
        return refusal;
      }
    }
    SignedRecord inner = RegistrySnapshot.original(registryTopic, update);
    RegistrySnapshot.Applied applied = state.registry.apply(inner, keys);
    state.registry = applied.snapshot();
    return applied.refused().isPresent() ? Refusal.BAD_REGISTRATION : null;
  }

  private @Nullable Refusal stake(SignedRecord spine, StakeChanged changed) {
    Refusal refusal = signatures.fault(spine, Signers.LEDGER);
    if (refusal == null
        && (changed.getStake() < 0 || changed.getStake() > MoneyLimits.AMOUNT_UNITS_MAX)) {
      return Refusal.UNDECODABLE;
    }
    if (refusal != null) {
      return refusal;
    }
    ShardState.Stake stake = state.stake(changed.getWorker());
    if (changed.getOffset() < stake.offset) {
      return Refusal.STALE_STAKE;
    }
    stake.units = changed.getStake();
    stake.offset = changed.getOffset();
    return null;
  }

  /** Applies the ledger's answer about an escrow. */
  @Nullable Refusal escrow(SignedRecord spine, EscrowDecided decided) {
    Refusal refusal = signatures.fault(spine, Signers.LEDGER);
    String id = decided.getRequestId();
    if (refusal == null && decided.getGranted()) {
      if (state.knows(id)) {
        // Posted again: it must not open, or expire, a second time.
        return Refusal.DUPLICATE_REQUEST;
      }
      state.granted.add(decided, spine.offset());
    }
    return refusal;
  }

  private @Nullable Refusal bond(SignedRecord spine, BondDecided decided) {
    Refusal refusal = signatures.fault(spine, Signers.LEDGER);
    return refusal == null ? disputes.answered(decided) : refusal;
  }
}
