package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.CasePayment;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.DutyBegun;
import io.verillm.events.LockStake;
import io.verillm.events.RequestInput;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeLock;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.fraud.Fraud;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.PublishedProofs;
import io.verillm.protocol.shard.Shard;
import io.verillm.protocol.sim.LogAttacks.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/** A coordinator that publishes something else than the log decides. */
final class CoordinatorAttacks {
  private static final String PUBLISHED = "published";

  private final FinishedRun run;
  private final boolean acting;
  private final Challenge challenge;

  /**
   * On a run.
   *
   * @param acting false to do as the honest do
   */
  CoordinatorAttacks(FinishedRun run, boolean acting) {
    this.run = run;
    this.acting = acting;
    this.challenge = (Challenge) run.published().get(first(Challenge.class, c -> true));
  }

  /** A challenge whose positions another randomness drew: the proof proves nothing. */
  Result drawsAgain() {
    Challenge published =
        forged(
            challenge,
            c -> {
              byte[] alpha =
                  Draws.challenge(
                      UUID.fromString(c.getRequestId()),
                      c.getRound(),
                      c.getPart(),
                      HashInput.of("another randomness").hash());
              return Challenge.newBuilder(c)
                  .setProof(Wire.buffer(run.keys().prove(Signers.COORDINATOR, alpha).bytes()))
                  .build();
            });
    return run.convicted(
        Fraud.FALSE_DRAW, List.of(signed(published), run.closed(challenge.getEpoch())));
  }

  /** Two challenges of one part, one of which spares a position. */
  Result drawsTwice() {
    return run.convicted(
        Fraud.SECOND_DRAW,
        List.of(signed(challenge), signed(forged(challenge, CoordinatorAttacks::moved))));
  }

  Result changesPositions() {
    return decidedAgain(Challenge.class, c -> true, CoordinatorAttacks::moved);
  }

  private static Challenge moved(Challenge honest) {
    List<ChallengedPosition> positions = new ArrayList<>(honest.getPositions());
    ChallengedPosition first = positions.removeFirst();
    positions.addFirst(new ChallengedPosition(first.getPosition() + 1, first.getBoundary()));
    return Challenge.newBuilder(honest).setPositions(positions).build();
  }

  /** Another seed than the one that was sealed, such as one that a favoured answer fits. */
  Result changesInput() {
    SignedRecord accepted =
        run.log().all(SimLog.TOPICS.accepted()).stream()
            .filter(record ->
                FinishedRun.event(record) instanceof Accepted a
                    && a.getRequestId().equals(challenge.getRequestId()))
            .findFirst()
            .orElseThrow();
    Challenge published =
        forged(
            challenge,
            c ->
                Challenge.newBuilder(c)
                    .setInput(
                        RequestInput.newBuilder(c.getInput())
                            .setSeed(Wire.buffer(HashInput.of("another seed").hash()))
                            .build())
                    .build());
    return run.convicted(Fraud.FALSE_INPUT, List.of(accepted, signed(published)));
  }

  Result decidesOtherwise() {
    return decidedAgain(
        Verdict.class,
        Verdict::getLast,
        verdict ->
            Verdict.newBuilder(verdict)
                .setOutcome(
                    verdict.getOutcome() == VerdictOutcome.ACCEPTED
                        ? VerdictOutcome.REJECTED
                        : VerdictOutcome.ACCEPTED)
                .build());
  }

  Result settlesOtherwise() {
    return decidedAgain(
        SettleCase.class,
        settle -> !settle.getPayments().isEmpty(),
        settle -> {
          List<CasePayment> payments = new ArrayList<>(settle.getPayments());
          CasePayment paid = payments.removeFirst();
          payments.addFirst(CasePayment.newBuilder(paid).setAmount(paid.getAmount() + 1).build());
          return SettleCase.newBuilder(settle).setPayments(payments).build();
        });
  }

  Result locksOtherwise() {
    return decidedAgain(
        LockStake.class,
        lock -> true,
        lock -> {
          List<StakeLock> locks = new ArrayList<>(lock.getLocks());
          StakeLock locked = locks.removeFirst();
          locks.addFirst(StakeLock.newBuilder(locked).setAmount(locked.getAmount() - 1).build());
          return LockStake.newBuilder(lock).setLocks(locks).build();
        });
  }

  Result setsOtherDuties() {
    return decidedAgain(
        DutyBegun.class,
        duties -> true,
        duties -> DutyBegun.newBuilder(duties).setBadFlags(duties.getBadFlags() + 1).build());
  }

  private <T> T forged(T honest, UnaryOperator<T> change) {
    return acting ? change.apply(honest) : honest;
  }

  private SignedRecord signed(SpecificRecord event) {
    return run.log().signed(Signers.COORDINATOR, PUBLISHED, 0, event);
  }

  private <T> int first(Class<T> type, Predicate<T> which) {
    List<SpecificRecord> published = run.published();
    return IntStream.range(0, published.size())
        .filter(i -> type.isInstance(published.get(i)) && which.test(type.cast(published.get(i))))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nobody published a " + type.getSimpleName()));
  }

  /** Publishes one event otherwise; a stranger decides again and names the first difference. */
  private <T extends SpecificRecord> Result decidedAgain(
      Class<T> type, Predicate<T> which, UnaryOperator<T> change) {
    int place = first(type, which);
    List<SpecificRecord> claimed = new ArrayList<>(run.published());
    claimed.set(place, forged(type.cast(claimed.get(place)), change));
    List<SpecificRecord> decided = decidedFrom(claimed);
    return IntStream.range(0, Math.min(claimed.size(), decided.size()))
        .filter(i -> !claimed.get(i).equals(decided.get(i)))
        .mapToObj(i ->
            Result.of(
                i == place,
                "deciding again: %s of %s"
                    .formatted(
                        Difference.of(signed(claimed.get(i)), decided.get(i)),
                        claimed.get(i).getSchema().getName())))
        .findFirst()
        .orElseGet(() ->
            Result.of(
                false,
                "deciding again gives %d events of %d, and no other"
                    .formatted(decided.size(), claimed.size())));
  }

  /** What a stranger's shard publishes that knows the log and what was published. */
  private List<SpecificRecord> decidedFrom(List<SpecificRecord> claimed) {
    VrfPublicKey key =
        run.keys().suite().vrfKey(run.keys().vrfKey(Signers.COORDINATOR)).orElseThrow();
    PublishedProofs proofs = new PublishedProofs(key);
    for (SpecificRecord event : claimed) {
      if (event instanceof Challenge told) {
        proofs.add(told);
      } else if (event instanceof Verdict verdict) {
        proofs.add(verdict);
      }
    }
    Shard shard = new Shard(SimLog.TOPICS, 0, proofs, run.keys().suite());
    List<SpecificRecord> again = new ArrayList<>();
    for (SignedRecord record : run.spine()) {
      for (Effect effect : shard.apply(record, run.log())) {
        if (effect instanceof Effect.Publish publish) {
          again.add(publish.event());
        }
      }
    }
    return again;
  }
}
