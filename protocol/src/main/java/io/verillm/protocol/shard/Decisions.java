package io.verillm.protocol.shard;

import io.verillm.events.Challenge;
import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveBond;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Names of the events that a shard gives, by which a reader finds the same ones on the log. */
public final class Decisions {
  private Decisions() {}

  /** What an event is about; empty for those that are not derived from the log. */
  public static Optional<String> identity(SpecificRecord event) {
    return switch (event) {
      case Challenge c ->
          Optional.of(
              "challenge %s/%d round %d part %d"
                  .formatted(c.getRequestId(), c.getSegment(), c.getRound(), c.getPart()));
      case Verdict v ->
          Optional.of(
              "%s verdict %s/%d"
                  .formatted(
                      v.getLast() ? "last" : "provisional", v.getRequestId(), v.getSegment()));
      case LockStake l -> Optional.of("command " + l.getCommandId());
      case SettleCase s -> Optional.of("command " + s.getCommandId());
      case ReserveBond b -> Optional.of("command " + b.getCommandId());
      case SettleBond b -> Optional.of("command " + b.getCommandId());
      case DutyMissed d -> Optional.of("command " + d.getCommandId());
      case DutyBegun d ->
          Optional.of("duty epoch %d of shard %d".formatted(d.getDutyEpoch(), d.getShard()));
      default -> Optional.empty();
    };
  }

  /**
   * The case that a derived event belongs to, as request/segment. The lock of a task alone names
   * none.
   *
   * @throws IllegalArgumentException for an event that no shard gives
   */
  public static String caseOf(SpecificRecord event) {
    return switch (event) {
      case Challenge c -> c.getRequestId() + "/" + c.getSegment();
      case Verdict v -> v.getRequestId() + "/" + v.getSegment();
      case LockStake l -> l.getRequestId() + "/" + l.getSegment();
      case SettleCase s -> s.getRequestId() + "/" + s.getSegment();
      case ReserveBond b -> b.getRequestId() + "/" + b.getSegment();
      case SettleBond b -> b.getRequestId() + "/" + b.getSegment();
      default -> throw new IllegalArgumentException(event.getSchema().getName());
    };
  }
}
