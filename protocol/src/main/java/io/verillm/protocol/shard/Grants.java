package io.verillm.protocol.shard;

import io.verillm.events.EscrowDecided;
import io.verillm.events.ParametersSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Requests whose escrow was granted and that wait to be accepted. */
final class Grants {
  private final Map<String, Grant> waiting = new TreeMap<>();

  /**
   * One grant.
   *
   * @param requester account that paid
   * @param offset its place on the spine
   * @param end case time at which the escrow goes back; -1 before a seal covers the grant
   */
  record Grant(String requester, long offset, long end) {}

  /** Notes a grant. */
  void add(EscrowDecided granted, long offset) {
    waiting.put(granted.getRequestId(), new Grant(granted.getRequester(), offset, -1));
  }

  /**
   * A seal covers the spine up to an offset: from here on the time of what is granted there runs.
   * An author may be waited for as long as one may take for a segment.
   */
  void sealed(long covered, Optional<ParametersSet> parameters, CaseClock clock) {
    long end = clock.ticks() + parameters.map(ParametersSet::getSegmentTicks).orElse(0);
    waiting.replaceAll((id, grant) ->
        grant.end() < 0 && grant.offset() < covered
            ? new Grant(grant.requester(), grant.offset(), end)
            : grant);
  }

  boolean holds(String requestId) {
    return waiting.containsKey(requestId);
  }

  /** Uses a grant up; false where this requester has none for the request. */
  boolean take(String requestId, String requester) {
    Grant grant = waiting.get(requestId);
    if (grant == null || !(grant.requester().isEmpty() || grant.requester().equals(requester))) {
      return false;
    }
    waiting.remove(requestId);
    return true;
  }

  /** Ids of those that have waited long enough, ascending. */
  List<String> overdue(CaseClock clock) {
    return waiting.entrySet().stream()
        // Grants of the first schema do not say to whom the escrow could go back.
        .filter(e -> !e.getValue().requester().isEmpty())
        .filter(e -> e.getValue().end() >= 0 && e.getValue().end() <= clock.ticks())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Takes one out that nobody has accepted, and says who paid. */
  String expire(String requestId) {
    return waiting.remove(requestId).requester();
  }
}
