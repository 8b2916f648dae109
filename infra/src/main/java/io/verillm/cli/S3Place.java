package io.verillm.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prefix in a bucket.
 *
 * @param bucket its name
 * @param prefix empty, or ending in a slash
 */
record S3Place(String bucket, String prefix) {
  /** How it is written. */
  static final String LABEL = "s3://BUCKET/PREFIX/";

  private static final Pattern PLACE = Pattern.compile("s3://([a-z0-9.-]{3,63})/((?:.+/)?)");

  /**
   * Reads {@value #LABEL}.
   *
   * @param option whose value it is
   * @throws CommandFailure if it is something else
   */
  static S3Place parse(String option, String text) {
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      throw CommandFailure.usage("%s takes %s, not '%s'".formatted(option, LABEL, text));
    }
    return new S3Place(matcher.group(1), matcher.group(2));
  }
}
