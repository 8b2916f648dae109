package io.verillm.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Published checkpoints of the log, one object for each epoch, that nobody can change or delete
 * until their time is over: written conditionally, under object lock. The bucket must have object
 * lock.
 */
public final class CheckpointBucket {
  private static final int PRECONDITION_FAILED = S3Folder.PRECONDITION_FAILED;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final Optional<Duration> locked;
  private final InstantSource clock;

  /**
   * Checkpoints under a prefix.
   *
   * @param client stays the caller's
   * @param prefix empty, or ending in a slash
   * @param locked how long nobody at all can delete an object; where empty, as the bucket says
   */
  public CheckpointBucket(
      S3Client client,
      String bucket,
      String prefix,
      Optional<Duration> locked,
      InstantSource clock) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
    this.locked = locked;
    this.clock = clock;
  }

  /**
   * Publishes a checkpoint; the same one may be published again.
   *
   * @param note its bytes as they were signed
   * @throws CheckpointConflict if another one is published for the epoch
   * @throws UncheckedIOException if S3 does not take it
   */
  public void publish(long epoch, byte[] note) throws CheckpointConflict {
    for (int conflicts = 0; ; conflicts++) {
      try {
        put(epoch, note);
        return;
      } catch (S3Exception e) {
        if (e.statusCode() == PRECONDITION_FAILED) {
          compare(epoch, note);
          return;
        }
        if (e.statusCode() != S3Folder.CONFLICT || conflicts == S3Folder.CONFLICTS_MAX) {
          throw failed("publish", epoch, e);
        }
      } catch (SdkException e) {
        throw failed("publish", epoch, e);
      }
    }
  }

  private void put(long epoch, byte[] note) {
    client.putObject(
        put -> {
          put.bucket(bucket)
              .key(key(epoch))
              .ifNoneMatch("*")
              .contentType("text/plain; charset=utf-8")
              .checksumAlgorithm(ChecksumAlgorithm.SHA256);
          locked.ifPresent(time ->
              put.objectLockMode(ObjectLockMode.COMPLIANCE)
                  .objectLockRetainUntilDate(clock.instant().plus(time)));
        },
        RequestBody.fromBytes(note));
  }

  private void compare(long epoch, byte[] note) throws CheckpointConflict {
    if (!find(epoch).filter(published -> Arrays.equals(published, note)).isPresent()) {
      throw new CheckpointConflict(epoch, "s3://" + bucket + "/" + key(epoch));
    }
  }

  /** The published checkpoint of an epoch. */
  public Optional<byte[]> find(long epoch) {
    try {
      return Optional.of(
          client.getObjectAsBytes(get -> get.bucket(bucket).key(key(epoch))).asByteArray());
    } catch (NoSuchKeyException absent) {
      return Optional.empty();
    } catch (SdkException e) {
      throw failed("read", epoch, e);
    }
  }

  /** Epochs in the order of their names: 20 digits hold any long. */
  private String key(long epoch) {
    return "%s%020d".formatted(prefix, epoch);
  }

  private UncheckedIOException failed(String verb, long epoch, SdkException cause) {
    return new UncheckedIOException(
        "cannot %s checkpoint %d in s3://%s: %s".formatted(verb, epoch, bucket, cause.getMessage()),
        new IOException(cause));
  }
}
