package io.verillm.cli;

/** Why AWS did not do what it was asked for. */
final class AwsReason {
  /** What the SDK says when nobody gave it credentials; behind it stands every place it looked. */
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  private AwsReason() {}

  /** The failure's message; a way out before it where there are no credentials. */
  static String of(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains(NO_CREDENTIALS)
        ? "no credentials: give a profile with keys, or what the AWS CLI has, by eval \"$(aws"
            + " configure export-credentials --format env)\"; "
            + message
        : message;
  }
}
