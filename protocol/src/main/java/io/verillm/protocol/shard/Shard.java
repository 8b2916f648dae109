package io.verillm.protocol.shard;

import io.verillm.events.BondDecided;
import io.verillm.events.DutyBegun;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagClaim;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Request;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.StakeChanged;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides one shard. The records of the spine are applied in offset order; a closed epoch pulls in
 * the sealed records of the other topics, so the order of everything is on the log and the same
 * bytes always give the same effects. Pure but for {@link Secrets} and {@link Inbox}; not safe for
 * use by several threads.
 */
public final class Shard {
  private final ShardTopics topics;
  private final int shard;
  private final ShardState state;
  private final CaseRecords records;
  private final RequestSteps steps;
  private final Duties duties;
  private final Signatures signatures;
  private final SpineChanges changes;
  private final WitnessRemovals removals;
  private final ShardView view;

  /** Whether epochs may be left out between two that are applied. */
  private final boolean excerpt;

  private Optional<Verified> last = Optional.empty();
  private List<Effect> effects = new ArrayList<>();

  /** An empty shard that believes the first coordinator on its spine. */
  public Shard(ShardTopics topics, int shard, Secrets secrets) {
    this(topics, shard, secrets, RegistrySnapshot.empty(), KeySuite.STANDARD, false);
  }

  /**
   * An empty shard.
   *
   * @param registry before its first record; it may pin the coordinator's key
   */
  public Shard(ShardTopics topics, int shard, Secrets secrets, RegistrySnapshot registry) {
    this(topics, shard, secrets, registry, KeySuite.STANDARD, false);
  }

  /** An empty shard whose registrations hold keys of this kind. */
  public Shard(ShardTopics topics, int shard, Secrets secrets, KeySuite keys) {
    this(topics, shard, secrets, RegistrySnapshot.empty(), keys, false);
  }

  /**
   * A shard that is given only some of the log's records: those of a few requests, what their draws
   * need, and the epochs in which they were open. It decides about these requests as the whole log
   * does, because requests share nothing but registry, stakes and time.
   */
  public static Shard ofExcerpt(ShardTopics topics, int shard, Secrets secrets) {
    return new Shard(topics, shard, secrets, RegistrySnapshot.empty(), KeySuite.STANDARD, true);
  }

  private Shard(
      ShardTopics topics,
      int shard,
      Secrets secrets,
      RegistrySnapshot registry,
      KeySuite keys,
      boolean excerpt) {
    this.topics = topics;
    this.shard = shard;
    this.excerpt = excerpt;
    this.state = new ShardState();
    this.state.registry = registry;
    this.steps = new RequestSteps(state, secrets, effect -> effects.add(effect));
    Disputes disputes = steps.disputes(shard);
    this.duties = new Duties(state, shard, effect -> effects.add(effect));
    this.records =
        new CaseRecords(state, steps, steps.exposures(topics.tasks()), disputes, duties, shard);
    this.signatures = new Signatures(state);
    this.changes = new SpineChanges(state, signatures, disputes, topics.registry(), keys);
    this.removals = new WitnessRemovals(topics, shard, state, excerpt);
    this.view = new ShardView(state, duties);
  }

  /** What the registry's copies on the spine have said so far. */
  public RegistrySnapshot registry() {
    return state.registry;
  }

  /** What there is to know of it at this moment, and at each later one. */
  public ShardView view() {
    return view;
  }

  /** Why a claim does not make its sentinel the author of this request, which is this shard's. */
  public Optional<ClaimFault> fault(FlagClaim claim, Request request) {
    return duties.fault(claim, request);
  }

  /**
   * Tells an excerpt of a duty epoch, which it cannot begin by itself.
   *
   * @return why not; empty where it counts
   */
  public Optional<Refusal> believe(SignedRecord record) {
    Refusal refusal = signatures.fault(record, Signers.COORDINATOR);
    if (refusal != null || !excerpt) {
      return Optional.of(refusal == null ? Refusal.NOT_ISSUED : refusal);
    }
    try {
      duties.believe(EventCodec.decode(record.value(), DutyBegun.class));
      return Optional.empty();
    } catch (UndecodableEvent | IllegalArgumentException e) {
      return Optional.of(Refusal.UNDECODABLE);
    }
  }

  /** Number of the next epoch to be applied. */
  public long nextEpoch() {
    return state.seals.nextEpoch();
  }

  /**
   * The ranges of this shard's own partitions that the next spine record needs; empty for records
   * that need none, or that {@link #apply} will refuse: nobody may be made to wait for ranges that
   * no sealer signed.
   */
  public List<SealedRange> needs(SignedRecord spine) {
    try {
      return switch (EventCodec.decode(spine.value())) {
        case EpochClosed closed ->
            verified(spine, closed).map(epoch -> ranges(epoch.seal())).orElse(List.of());
        case WitnessRemoved removed ->
            signatures.fault(spine, Signers.SEALER) == null
                ? removals.needs(removed).stream().toList()
                : List.of();
        default -> List.of();
      };
    } catch (UndecodableEvent e) {
      // It will be refused when it is applied.
      return List.of();
    }
  }

  private List<SealedRange> ranges(Seal seal) {
    List<String> sealed = topics.sealed();
    return seal.getRanges().stream()
        .filter(r -> r.getPartition() == shard && sealed.contains(r.getTopic()))
        .toList();
  }

  /** Applies the next record of the spine; gives its effects in order. */
  public List<Effect> apply(SignedRecord spine, Inbox inbox) {
    effects = new ArrayList<>();
    try {
      applySpine(spine, EventCodec.decode(spine.value()), inbox);
    } catch (UndecodableEvent e) {
      applied(spine, Refusal.UNDECODABLE);
    }
    // What was verified against the state before this record says nothing behind it.
    last = Optional.empty();
    return effects;
  }

  private void applySpine(SignedRecord spine, SpecificRecord event, Inbox inbox) {
    if (!isOfThisShard(spine)) {
      // A signature does not cover the partition: a copy from another shard's spine.
      applied(spine, Refusal.OTHER_SHARD);
      return;
    }
    switch (event) {
      case RegistryUpdate update -> whenSealed(spine, update, true);
      case StakeChanged changed ->
          whenSealed(spine, changed, state.registry.coordinator().isPresent());
      case EscrowDecided decided -> applied(spine, changes.escrow(spine, decided));
      case BondDecided decided -> whenSealed(spine, decided, true);
      case EpochClosed closed -> close(spine, closed, inbox);
      case WitnessRemoved removed -> applied(spine, remove(spine, removed, inbox));
      default -> applied(spine, Refusal.WRONG_TOPIC);
    }
  }

  private boolean isOfThisShard(SignedRecord spine) {
    byte[] key = spine.key();
    return key.length == Integer.BYTES && ByteBuffer.wrap(key).getInt() == shard;
  }

  /**
   * Who may be drawn must be fixed before the randomness is known, so registrations and stakes
   * count from the epoch whose seal covers them; so do answers about bonds, which receipts can bind
   * to an epoch then. What makes the first seal verifiable counts at once.
   *
   * @param verifiable whether its signer can be known already; the ledger may speak before the
   *     coordinator's registration has come here, and the seal waits for that anyway
   */
  private void whenSealed(SignedRecord spine, SpecificRecord event, boolean verifiable) {
    if (state.seals.nextEpoch() == 0 && verifiable) {
      applied(spine, changes.apply(spine, event));
      state.unsealed = spine.offset();
    } else {
      state.pending.add(new ShardState.Pending(spine, event));
    }
  }

  private void applied(SignedRecord record, @Nullable Refusal refusal) {
    effects.add(new Effect.Applied(state.seals.nextEpoch(), record, refusal));
  }

  private @Nullable Refusal remove(SignedRecord spine, WitnessRemoved event, Inbox inbox) {
    Refusal refusal = signatures.fault(spine, Signers.SEALER);
    return refusal == null ? removals.apply(event, inbox) : refusal;
  }

  private void close(SignedRecord spine, EpochClosed event, Inbox inbox) {
    Refusal refusal = signatures.fault(spine, Signers.SEALER);
    Optional<ClosedEpoch> closed = verified(spine, event);
    if (closed.isEmpty()) {
      applied(spine, refusal == null ? Refusal.BAD_EPOCH : refusal);
      return;
    }
    applied(spine, null);
    long covered = coveredSpine(closed.get().seal());
    while (!state.pending.isEmpty() && state.pending.peekFirst().record().offset() < covered) {
      ShardState.Pending pending = state.pending.removeFirst();
      applied(pending.record(), changes.apply(pending.record(), pending.event()));
    }
    state.clock.closed(closed.get().tick(), coordinatorSpoke(closed.get().seal()));
    state.granted.sealed(covered, state.registry.parameters(), state.clock);
    List<SealedRange> ranges = ranges(closed.get().seal());
    for (String topic : topics.sealed()) {
      ranges.stream()
          .filter(r -> r.getTopic().equals(topic) && r.getEnd() > r.getStart())
          .flatMap(r -> inbox.records(topic, r.getStart(), r.getEnd()).stream())
          .forEach(r -> applied(r, sealed(r, topic)));
    }
    if (coversAll(closed.get().seal())) {
      if (!excerpt) {
        duties.tick(closed.get());
      }
      steps.tick(closed.get());
    }
    state.seals = EpochVerifier.after(chain(event), event);
    state.removals.clear();
  }

  /** Offset behind the last spine record that the seal covers. */
  private long coveredSpine(Seal seal) {
    return range(seal, topics.spine()).map(SealedRange::getEnd).orElse(0L);
  }

  /** Whether nothing counts for this epoch's draws that could have followed its randomness. */
  private boolean coversAll(Seal seal) {
    return range(seal, topics.spine()).map(r -> r.getEnd() > state.unsealed).orElse(true);
  }

  /** Whether the seal covers journal entries; on a log without a journal nobody can say. */
  private boolean coordinatorSpoke(Seal seal) {
    return range(seal, topics.journal()).map(r -> r.getEnd() > r.getStart()).orElse(true);
  }

  private Optional<SealedRange> range(Seal seal, String topic) {
    return seal.getRanges().stream()
        .filter(r -> r.getPartition() == shard && r.getTopic().equals(topic))
        .findFirst();
  }

  /** What the last closed epoch looked at turned out to be: a driver asks before it applies. */
  private record Verified(SignedRecord spine, Optional<ClosedEpoch> epoch) {
    boolean isOf(SignedRecord record) {
      return spine.offset() == record.offset() && spine.recordHash().equals(record.recordHash());
    }
  }

  private Optional<ClosedEpoch> verified(SignedRecord spine, EpochClosed event) {
    if (last.filter(known -> known.isOf(spine)).isEmpty()) {
      boolean signed = signatures.fault(spine, Signers.SEALER) == null;
      last = Optional.of(new Verified(spine, signed ? verified(event) : Optional.empty()));
    }
    return last.orElseThrow().epoch();
  }

  private Optional<ClosedEpoch> verified(EpochClosed event) {
    Optional<VerifyKey> sealer = state.registry.keyOf(Signers.SEALER);
    Map<String, VrfPublicKey> witnesses = state.registry.sealVrfKeys();
    if (sealer.isEmpty() || witnesses.isEmpty()) {
      return Optional.empty();
    }
    Checked<ClosedEpoch> checked =
        new EpochVerifier(topics.seals(), sealer.get(), witnesses)
            .verify(chain(event), event, state.removals);
    return checked.sound();
  }

  /** What the event's seal must continue. */
  private SealChain chain(EpochClosed event) {
    return excerpt ? EpochVerifier.upTo(state.seals, event) : state.seals;
  }

  private @Nullable Refusal sealed(SignedRecord record, String topic) {
    try {
      SpecificRecord event = EventCodec.decode(record.value());
      Refusal refusal =
          topic.equals(topics.accepted())
              ? signatures.fault(record, Signers.COORDINATOR)
              : signatures.fault(record, event);
      return refusal != null ? refusal : records.apply(record, topic, topics, event);
    } catch (UndecodableEvent e) {
      return Refusal.UNDECODABLE;
    } catch (IllegalArgumentException e) {
      // A field that is no hash, no id or outside its limits.
      return Refusal.UNDECODABLE;
    }
  }
}
