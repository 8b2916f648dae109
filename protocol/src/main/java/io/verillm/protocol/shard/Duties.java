package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.events.RequestSize;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.OwnWords;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.flag.FlagSettlement;
import io.verillm.protocol.flag.FlagSize;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWorker;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of a shard owe, and what becomes of who does not meet it. A duty epoch begins at
 * a tick, with that epoch's randomness, and its time runs from where its announcement is sealed.
 * For its length flags are planted; as long again, and two minutes at least, they may be opened and
 * duties be proved. Then each worker that worked in the shard while it or the one before it ran
 * loses a bond for each flag that it owed and did not open; one that proved nothing, for each that
 * it could have owed.
 */
final class Duties {
  private final ShardState state;
  private final int shard;
  private final Consumer<Effect> effects;

  Duties(ShardState state, int shard, Consumer<Effect> effects) {
    this.state = state;
    this.shard = shard;
    this.effects = effects;
  }

  void tick(ClosedEpoch epoch) {
    Optional<ParametersSet> parameters = state.registry.parameters();
    if (parameters.isEmpty()) {
      return;
    }
    settle();
    Optional<DutyState> last = last();
    boolean due = last.isEmpty() || last.get().isOver(state.clock);
    if (due && DutyTerms.of(parameters.get()).run() && isWorkedFor(last, parameters.get())) {
      begin(epoch, parameters.get());
    }
  }

  private Optional<DutyState> last() {
    return Optional.ofNullable(state.duties.lastEntry()).map(Map.Entry::getValue);
  }

  /** Where workers may rest none begins that nobody would answer for: it would keep them awake. */
  private boolean isWorkedFor(Optional<DutyState> last, ParametersSet parameters) {
    return parameters.getWaitTicks() == 0
        || !state.open.isEmpty()
        || !state.workedBetween.isEmpty()
        || last.filter(duty -> !duty.worked.isEmpty()).isPresent();
  }

  /** Workers that answer for something unmet, or will as soon as the next duty epoch begins. */
  Set<String> owing() {
    Set<String> owing = new TreeSet<>();
    state
        .duties
        .values()
        .forEach(duty ->
            duty.answering().filter(worker -> duty.missing(worker) > 0).forEach(owing::add));
    if (state.registry.parameters().filter(p -> DutyTerms.of(p).run()).isPresent()) {
      last().ifPresent(duty -> owing.addAll(duty.worked));
      owing.addAll(state.workedBetween);
    }
    return owing;
  }

  /** A worker's PREFILL counts: who works answers for its duties, in the next epoch as well. */
  void worked(String worker) {
    if (isBetween()) {
      state.workedBetween.add(worker);
    } else {
      last().ifPresent(duty -> duty.worked.add(worker));
    }
  }

  /** Where workers may rest a duty epoch may be over with none behind it: its seed is known. */
  private boolean isBetween() {
    return state
            .registry
            .parameters()
            .filter(p -> p.getWaitTicks() > 0 && DutyTerms.of(p).run())
            .isPresent()
        && last().filter(duty -> !duty.isOver(state.clock)).isEmpty();
  }

  private void settle() {
    Iterator<DutyState> all = state.duties.values().iterator();
    while (all.hasNext()) {
      DutyState duty = all.next();
      if (duty.isClosed(state.clock)) {
        duty.answering()
            .filter(worker -> duty.missing(worker) > 0)
            .forEach(worker -> missed(duty, worker));
        all.remove();
      }
    }
  }

  private void missed(DutyState duty, String worker) {
    int missing = duty.missing(worker);
    String id = DutyTerms.key(shard, duty.duty.number(), worker);
    DutyMissed event =
        new DutyMissed(
            id,
            worker,
            shard,
            duty.duty.number(),
            duty.proved.containsKey(worker),
            missing,
            Math.multiplyExact((long) missing, FlagSettlement.highestBond(duty.parameters)));
    effects.accept(new Effect.Publish(Effect.Stream.LEDGER_COMMANDS, id, event));
  }

  /** What others ask for is what flags must ask for, as often; where there are flags. */
  void accepted(Accepted accepted) {
    if (state.registry.parameters().filter(p -> DutyTerms.of(p).run()).isEmpty()) {
      state.asked.clear();
      return;
    }
    Hash model = Wire.hash(accepted.getModelId());
    int positions = state.registry.models().get(model).getPositionLimit();
    FlagSize size =
        FlagSize.of(
            accepted.getCheckers(), accepted.getHandovers(), accepted.getMaxTokens(), positions);
    state.asked.merge(new AskedSize(model, size), 1, Math::addExact);
  }

  private void begin(ClosedEpoch epoch, ParametersSet p) {
    long number = state.dutyEpochs++;
    Set<String> worked = workedBefore(number);
    List<RequestSize> asked =
        state.asked.entrySet().stream()
            .filter(e -> e.getKey().isCoveredBy(Parameters.of(p)))
            .map(e -> e.getKey().of(e.getValue()))
            .toList();
    state.asked.clear();
    long requests = asked.stream().mapToLong(RequestSize::getRequests).sum();
    DutyBegun event =
        new DutyBegun(
            shard,
            number,
            epoch.epoch(),
            Wire.buffer(epoch.randomness()),
            epoch.seal().getTimeMillis(),
            p.getDutyTicks(),
            DutyTerms.of(p).slots(requests, worked.size()),
            p.getBadFlags(),
            p.getGoodFlags(),
            asked);
    state.duties.put(number, new DutyState(event, p, keys(), worked));
    effects.accept(
        new Effect.Publish(Effect.Stream.FLAGS, "duty/%d/%d".formatted(shard, number), event));
  }

  /** What an excerpt of the log says about a duty epoch that began before it. */
  void believe(DutyBegun event) {
    state
        .registry
        .parameters()
        .ifPresent(
            p -> state.duties.put(event.getDutyEpoch(), new DutyState(event, p, keys(), Set.of())));
  }

  private Set<String> workedBefore(long number) {
    Set<String> workers = new TreeSet<>(state.workedBetween);
    state.workedBetween.clear();
    Optional.ofNullable(state.duties.get(number - 1))
        .ifPresent(before -> workers.addAll(before.worked));
    return workers;
  }

  private Map<String, VrfPublicKey> keys() {
    return state.registry.workers().values().stream()
        .filter(w -> w.vrfKey().isPresent())
        .collect(Collectors.toMap(RegisteredWorker::id, w -> w.vrfKey().orElseThrow()));
  }

  /**
   * The announcement comes back, sealed: from here on time counts. What was asked for and how many
   * slots there are counts as it says: a log may hold announcements of rules that counted
   * otherwise. An audit compares them with what it counts itself.
   *
   * @throws IllegalArgumentException if its values do not fit
   */
  @Nullable Refusal begun(SignedRecord record, DutyBegun event) {
    if (!record.signer().equals(Signers.COORDINATOR)) {
      return Refusal.NOT_THE_SIGNER;
    }
    DutyState duty = state.duties.get(event.getDutyEpoch());
    if (duty == null || duty.since >= 0 || !duty.isAnnouncedBy(event)) {
      return Refusal.NOT_ISSUED;
    }
    DutyState told = duty.toldBy(event);
    told.since = state.clock.ticks();
    state.duties.put(event.getDutyEpoch(), told);
    return null;
  }

  /** A worker proves what it owed. */
  @Nullable Refusal proved(SignedRecord record, FlagDuty event) {
    String worker = event.getSentinel();
    if (!OwnWords.of(record.signer(), event)) {
      return Refusal.NOT_THE_SIGNER;
    }
    if (event.getShard() != shard) {
      return Refusal.OTHER_SHARD;
    }
    DutyState duty = state.duties.get(event.getScoringEpoch());
    VrfPublicKey key = duty == null ? null : duty.keys.get(worker);
    if (key == null) {
      return Refusal.UNKNOWN_DUTY;
    }
    if (duty.proved.containsKey(worker)) {
      return Refusal.DUPLICATE_DUTY;
    }
    Optional<List<FlagKind>> owed = duty.duty.owed(worker, Wire.bytes(event.getProof()), key);
    if (owed.filter(kinds -> count(kinds) == event.getOwed()).isEmpty()) {
      return Refusal.BAD_DUTY_PROOF;
    }
    duty.proved.put(worker, owed.get());
    return null;
  }

  private static long count(List<FlagKind> kinds) {
    return kinds.stream().filter(kind -> kind != FlagKind.NONE).count();
  }

  /**
   * Takes a flag that is opened; false where its author does not owe it, or not any more, and where
   * its request asked for less than its slot says.
   */
  boolean meets(String worker, FlagOpening opening, Accepted accepted) {
    DutyState duty = state.duties.get(opening.getDutyEpoch());
    if (duty == null || duty.hasOpened(worker, opening.getSlot())) {
      return false;
    }
    boolean met =
        duty.output(worker, opening.getSlot(), Wire.bytes(opening.getProof()))
            .filter(output -> duty.duty.owed(output) == opening.getKind())
            .map(output -> duty.duty.size(output, Wire.hash(accepted.getModelId())))
            .filter(size -> size.isAskedBy(accepted.getCheckers(), accepted.getMaxTokens()))
            .isPresent();
    if (met) {
      duty.open(worker, opening.getSlot());
    }
    return met;
  }

  /** Takes a sound claim for a flag that was opened; false where it is none. */
  boolean excuse(FlagClaim claim, Request request) {
    boolean sound = fault(claim, request).isEmpty();
    if (sound) {
      state.duties.get(claim.getDutyEpoch()).open(claim.getSentinel(), claim.getSlot());
    }
    return sound;
  }

  /** Why a claim gives its sentinel no request; empty where it does. */
  Optional<ClaimFault> fault(FlagClaim claim, Request request) {
    DutyState duty = state.duties.get(claim.getDutyEpoch());
    if (duty == null || !duty.keys.containsKey(claim.getSentinel())) {
      return Optional.of(ClaimFault.UNKNOWN_SENTINEL);
    }
    Optional<Hash> output =
        duty.output(claim.getSentinel(), claim.getSlot(), Wire.bytes(claim.getProof()));
    if (output.isEmpty()) {
      return Optional.of(ClaimFault.BAD_PROOF);
    }
    FlagSize size = duty.duty.size(output.get(), Wire.hash(request.getModelId()));
    if (duty.duty.owed(output.get()) == FlagKind.NONE
        || !size.isAskedBy(request.getCheckers(), request.getMaxTokens())) {
      return Optional.of(ClaimFault.NOT_OWED);
    }
    return duty.hasOpened(claim.getSentinel(), claim.getSlot())
        ? Optional.of(ClaimFault.ALREADY_PLANTED)
        : Optional.empty();
  }
}
