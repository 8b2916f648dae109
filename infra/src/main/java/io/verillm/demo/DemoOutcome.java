package io.verillm.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What a demo run came to; the component names are those of the JSON output.
 *
 * @param requests requests posted
 * @param accepted requests whose worst case was accepted
 * @param rejected requests whose worst case was rejected
 * @param inconclusive requests whose worst case stayed undecided
 * @param expired requests that nobody finished in time
 * @param cases cases with a last verdict
 * @param workers one row for each worker, by id
 * @param ledgerSum sum over all accounts, in money units; 0 in a sound ledger
 * @param auditIdentical whether a replay of the topics came to the same bytes
 * @param generateSeconds model time of authors
 * @param verifySeconds model time of checkers
 * @param wallSeconds from the first request to the last verdict
 */
@JsonPropertyOrder({
  "requests",
  "accepted",
  "rejected",
  "inconclusive",
  "expired",
  "cases",
  "workers",
  "ledgerSum",
  "auditIdentical",
  "generateSeconds",
  "verifySeconds",
  "wallSeconds"
})
public record DemoOutcome(
    int requests,
    int accepted,
    int rejected,
    int inconclusive,
    int expired,
    int cases,
    List<WorkerRow> workers,
    long ledgerSum,
    boolean auditIdentical,
    double generateSeconds,
    double verifySeconds,
    double wallSeconds) {
  public DemoOutcome {
    workers = List.copyOf(workers);
  }

  /** Whether the run is in order: money adds up and everything could be recomputed. */
  @JsonIgnore
  public boolean isSound() {
    return ledgerSum == 0 && auditIdentical;
  }
}
