package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ParametersSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests whose escrow was granted and that wait to be accepted. */
final class Grants {
  private final Map<String, Grant> waiting = new TreeMap<>();

  /**
   * One grant.
   *
   * @param requester account that paid
   * @param amount units that it paid
   * @param waitTicks how long it may wait at most by its requester's word; 0 where that says
   *     nothing
   * @param offset its place on the spine
   * @param since case time from which it waits; -1 before a seal covers the grant
   * @param end case time at which the escrow goes back
   */
  record Grant(String requester, long amount, int waitTicks, long offset, long since, long end) {
    private Grant from(long now, long shortest, long longest) {
      long wait = waitTicks > 0 ? Math.min(Math.max(waitTicks, shortest), longest) : longest;
      return new Grant(requester, amount, waitTicks, offset, now, now + wait);
    }
  }

  /** Notes a grant. */
  void add(EscrowDecided granted, long offset) {
    waiting.put(
        granted.getRequestId(),
        new Grant(
            granted.getRequester(), granted.getAmount(), granted.getWaitTicks(), offset, -1, -1));
  }

  /**
   * A seal covers the spine up to an offset: from here on the time of what is granted there runs.
   * Workers that rest may be waited for as long as the parameters say; where none do, an author as
   * long as one may take for a segment. The requester may want less, but not less than a PREFILL
   * may take: a coordinator that is some seals behind would hand out work that counts no longer.
   */
  void sealed(long covered, Optional<ParametersSet> parameters, CaseClock clock) {
    int longest =
        parameters
            .map(p -> p.getWaitTicks() > 0 ? p.getWaitTicks() : p.getSegmentTicks())
            .orElse(0);
    int shortest = parameters.map(ParametersSet::getPrefillTicks).orElse(0);
    waiting.replaceAll((id, grant) ->
        grant.since() < 0 && grant.offset() < covered
            ? grant.from(clock.ticks(), shortest, longest)
            : grant);
  }

  boolean holds(String requestId) {
    return waiting.containsKey(requestId);
  }

  /** Uses a grant up; why not, where its requester has none of this amount for the request. */
  @Nullable Refusal take(Accepted accepted) {
    Grant grant = waiting.get(accepted.getRequestId());
    String requester = accepted.getRequester();
    if (grant == null || !(grant.requester().isEmpty() || grant.requester().equals(requester))) {
      return Refusal.NO_ESCROW;
    }
    if (grant.amount() != accepted.getEscrow()) {
      return Refusal.WRONG_PRICE;
    }
    waiting.remove(accepted.getRequestId());
    return null;
  }

  /** Ids of those that have waited long enough, ascending. */
  List<String> overdue(CaseClock clock) {
    return waiting.entrySet().stream()
        // Grants of the first schema do not say to whom the escrow could go back.
        .filter(e -> !e.getValue().requester().isEmpty())
        .filter(e -> e.getValue().since() >= 0 && e.getValue().end() <= clock.ticks())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** For how many ticks of case time a request has waited; 0 where it does not. */
  long waited(String requestId, CaseClock clock) {
    Grant grant = waiting.get(requestId);
    return grant == null || grant.since() < 0 ? 0 : clock.ticks() - grant.since();
  }

  /**
   * Whether a request waits for as long as the parameters say. One that waits for less may be over
   * before those that rest have come, and costs nothing then.
   */
  boolean isPatient(String requestId, Optional<ParametersSet> parameters) {
    Grant grant = waiting.get(requestId);
    int asked = parameters.map(ParametersSet::getWaitTicks).orElse(0);
    return grant == null || grant.waitTicks() == 0 || grant.waitTicks() >= asked;
  }

  /** Takes one out that nobody has accepted, and says who paid. */
  String expire(String requestId) {
    return waiting.remove(requestId).requester();
  }
}
