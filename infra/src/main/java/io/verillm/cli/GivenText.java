package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.protocol.crypto.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A text that lies in a file, or as an object in a bucket, from where a container takes it. Behind
 * an {@code @} stands its SHA-256, without which a bucket's writers could change it unseen.
 */
final class GivenText {
  /** How it is named. */
  static final String LABEL = "FILE|s3://BUCKET/KEY@SHA256";

  /** Most bytes of it: thousands of prompts. */
  static final int BYTES_MAX = 1 << 20;

  private static final int DENIED = 403;
  private static final String S3 = "s3://";
  private static final Pattern BOUND = Pattern.compile("(.+)@([0-9a-f]{64})");
  private static final Pattern OBJECT = Pattern.compile("s3://([a-z0-9.-]{3,63})/(.*[^/])");

  private GivenText() {}

  /**
   * Reads it whole.
   *
   * @param option whose value it is
   * @throws CommandFailure if it cannot be read, is longer than {@link #BYTES_MAX}, no UTF-8 or
   *     another text than its hash says; or if it lies in a bucket and no hash is given
   */
  static String read(String option, String given) {
    Matcher bound = BOUND.matcher(given);
    String place = bound.matches() ? bound.group(1) : given;
    if (place.startsWith(S3) && !bound.matches()) {
      throw CommandFailure.usage("%s takes %s, not '%s'".formatted(option, LABEL, given));
    }
    try (InputStream in = place.startsWith(S3) ? object(option, place) : file(place)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw CommandFailure.usage(
            "%s %s holds more than %d bytes".formatted(option, place, BYTES_MAX));
      }
      if (bound.matches() && !Hashing.sha256(bytes).hex().equals(bound.group(2))) {
        throw CommandFailure.unreachable(
            "%s %s is not what its hash says: it is %s"
                .formatted(option, given, Hashing.sha256(bytes).hex()));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CommandFailure.usage("%s %s is no text in UTF-8".formatted(option, place));
    } catch (IOException | SdkException e) {
      throw CommandFailure.unreachable(
          "%s %s cannot be read: %s%s"
              .formatted(
                  option, place, AwsReason.of(e), isDenied(e) ? "; or is it not there?" : ""));
    }
  }

  /** S3's answer about what is not there, to who may not list the bucket. */
  private static boolean isDenied(Exception e) {
    return e instanceof S3Exception denied && denied.statusCode() == DENIED;
  }

  private static InputStream file(String place) throws IOException {
    return Files.newInputStream(Path.of(place));
  }

  private static InputStream object(String option, String place) {
    Matcher object = OBJECT.matcher(place);
    if (!object.matches()) {
      throw CommandFailure.usage("%s takes %s, not '%s'".formatted(option, LABEL, place));
    }
    try (S3Client client = AwsClients.standard().s3()) {
      // One more than may be: whether there is more is all that matters of the rest.
      return client
          .getObjectAsBytes(
              get -> get.bucket(object.group(1)).key(object.group(2)).range("bytes=0-" + BYTES_MAX))
          .asInputStream();
    }
  }
}
