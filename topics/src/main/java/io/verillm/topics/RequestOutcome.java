package io.verillm.topics;

import io.verillm.events.Result;
import java.util.List;

/**
 * What is known of a request.
 *
 * @param requestId the request
 * @param state how far it came
 * @param text text so far: unverified until DECIDED
 * @param reason REFUSED: the named reason; DECIDED and FINAL: the verdict's outcome; else empty
 * @param policy row policy and calibration, once decided
 * @param checked tests that ran
 * @param notChecked what was not checked
 */
public record RequestOutcome(
    String requestId,
    State state,
    String text,
    String reason,
    String policy,
    List<String> checked,
    List<String> notChecked) {

  /** How far a request came. */
  public enum State {
    /** No result yet. */
    UNKNOWN,
    /** Admitted; what text there is, is unverified. */
    RUNNING,
    /** Not admitted. */
    REFUSED,
    /** A verdict, which a dispute may still change. */
    DECIDED,
    /** Settled. */
    FINAL
  }

  /** Copies the lists. */
  public RequestOutcome {
    checked = List.copyOf(checked);
    notChecked = List.copyOf(notChecked);
  }

  static RequestOutcome unknown(String requestId) {
    return new RequestOutcome(requestId, State.UNKNOWN, "", "", "", List.of(), List.of());
  }

  /** Whether nothing more will come. */
  public boolean ended() {
    return state == State.REFUSED || state == State.FINAL;
  }

  /** Whether there is a verdict. */
  public boolean decided() {
    return state == State.DECIDED || state == State.FINAL;
  }

  /** What is known after one more result. */
  RequestOutcome after(Result result) {
    return switch (result.getKind()) {
      case STARTED ->
          new RequestOutcome(requestId, State.RUNNING, text, "", "", List.of(), List.of());
      case UNVERIFIED ->
          new RequestOutcome(
              requestId, State.RUNNING, text + result.getText(), "", "", List.of(), List.of());
      case REFUSED ->
          new RequestOutcome(
              requestId, State.REFUSED, "", result.getReason(), "", List.of(), List.of());
      case DECIDED ->
          new RequestOutcome(
              requestId,
              State.DECIDED,
              result.getText(),
              result.getReason(),
              result.getPolicy(),
              result.getChecked(),
              result.getNotChecked());
      case FINAL ->
          new RequestOutcome(
              requestId,
              State.FINAL,
              result.getText().isEmpty() ? text : result.getText(),
              result.getReason().isEmpty() ? reason : result.getReason(),
              result.getPolicy().isEmpty() ? policy : result.getPolicy(),
              result.getChecked().isEmpty() ? checked : result.getChecked(),
              result.getNotChecked().isEmpty() ? notChecked : result.getNotChecked());
    };
  }
}
