package io.verillm.intake;

import io.verillm.topics.RequestIds;
import io.verillm.topics.RequestOutcome;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What became of requests that the gateway posted for its callers, each told to who posted it. */
final class GatewayResults {
  private final CallerIds ids;
  private final Function<String, RequestOutcome> results;

  /**
   * Answers from the log.
   *
   * @param results what is known of a request now
   */
  GatewayResults(CallerIds ids, Function<String, RequestOutcome> results) {
    this.ids = ids;
    this.results = results;
  }

  /** Another's request and one that nobody posted are told by the same answer. */
  HttpAnswer answer(String requestId, HttpCall call) {
    boolean own =
        RequestIds.parse(requestId).isPresent()
            && call.caller().filter(caller -> ids.isOwn(requestId, caller)).isPresent();
    if (!own) {
      return HttpAnswer.refused(
          new Refusal(Refusal.Code.NOT_FOUND, "no request of yours: " + requestId));
    }
    return HttpAnswer.told(fields(results.apply(requestId)));
  }

  private static Map<String, Object> fields(RequestOutcome outcome) {
    return Map.of(
        "requestId", outcome.requestId(),
        "state", outcome.state().name().toLowerCase(Locale.ROOT),
        "text", outcome.text(),
        "reason", outcome.reason(),
        "policy", outcome.policy(),
        "checked", outcome.checked(),
        "notChecked", outcome.notChecked());
  }
}
