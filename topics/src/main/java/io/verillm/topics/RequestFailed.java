package io.verillm.topics;

/** A request could not be posted or followed; the message says why and names the values. */
public final class RequestFailed extends Exception {
  private static final long serialVersionUID = 1L;

  RequestFailed(String reason, Throwable cause) {
    super(reason, cause);
  }

  RequestFailed(String reason) {
    super(reason, null, false, false);
  }
}
