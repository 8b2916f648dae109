package io.verillm.demo;

import java.util.List;

/**
 * All that a demo shows at its end.
 *
 * @param requests one row for each request, in the order of posting
 * @param flags what workers planted
 * @param outcome the numbers
 * @param bill model time and processor time
 * @param coordinatorKey the coordinator's Ed25519 key in hexadecimal digits
 */
public record DemoReport(
    List<RequestRow> requests,
    FlagReport flags,
    DemoOutcome outcome,
    ModelBill bill,
    String coordinatorKey) {
  public DemoReport {
    requests = List.copyOf(requests);
  }

  /** Lines for people. */
  public List<String> lines() {
    return DemoText.lines(this);
  }
}
