package io.verillm.aws;

import io.verillm.gpu.store.EvidenceObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects of a bucket under a prefix. Writes are conditional, so that of two writers one wins and
 * the other is told; each carries a CRC-32C that S3 compares. Throttling and failures are tried
 * again by the client, see {@link AwsClients}; a write whose answer was lost is then told that
 * something lies there, which is its own content.
 */
public final class S3Folder implements EvidenceObjects {
  static final int PRECONDITION_FAILED = 412;

  private static final int FORBIDDEN = 403;

  /** Another conditional write of the same name is under way. */
  static final int CONFLICT = 409;

  static final int CONFLICTS_MAX = 5;
  private static final int DELETED_AT_ONCE_MAX = 1000;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final MultipartUpload multipart;

  /**
   * A folder of a bucket that exists.
   *
   * @param client stays the caller's
   * @param prefix empty, or ending in a slash
   */
  public S3Folder(S3Client client, String bucket, String prefix) {
    this(client, bucket, prefix, MultipartUpload.PART_BYTES);
  }

  S3Folder(S3Client client, String bucket, String prefix, int partBytes) {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("a prefix ends in a slash, unlike '" + prefix + "'");
    }
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
    this.multipart = new MultipartUpload(client, bucket, partBytes);
  }

  @Override
  public boolean putIfAbsent(String name, byte[] content) {
    return tried(
        "keep",
        name,
        () -> {
          for (int conflicts = 0; ; conflicts++) {
            try {
              put(prefix + name, content);
              return true;
            } catch (S3Exception e) {
              if (e.statusCode() == PRECONDITION_FAILED) {
                return false;
              }
              if (e.statusCode() != CONFLICT || conflicts == CONFLICTS_MAX) {
                throw e;
              }
            }
          }
        });
  }

  private void put(String key, byte[] content) throws IOException {
    if (content.length > multipart.partBytes()) {
      multipart.put(key, MultipartUpload.Content.of(content));
      return;
    }
    client.putObject(
        put ->
            put.bucket(bucket)
                .key(key)
                .ifNoneMatch("*")
                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
        RequestBody.fromBytes(content));
  }

  @Override
  public Optional<byte[]> find(String name) {
    return tried(
        "read",
        name,
        () -> {
          try {
            return Optional.of(
                client
                    .getObjectAsBytes(get -> get.bucket(bucket).key(prefix + name))
                    .asByteArray());
          } catch (NoSuchKeyException absent) {
            return Optional.empty();
          } catch (S3Exception e) {
            // Who may list this prefix alone is not told what is absent.
            if (e.statusCode() != FORBIDDEN || isListed(name)) {
              throw e;
            }
            return Optional.empty();
          }
        });
  }

  @Override
  public boolean exists(String name) {
    return tried(
        "look for",
        name,
        () -> {
          try {
            client.headObject(head -> head.bucket(bucket).key(prefix + name));
            return true;
          } catch (NoSuchKeyException absent) {
            return false;
          } catch (S3Exception e) {
            if (e.statusCode() != FORBIDDEN) {
              throw e;
            }
            return isListed(name);
          }
        });
  }

  private boolean isListed(String name) {
    return client
        .listObjectsV2(list -> list.bucket(bucket).prefix(prefix + name).maxKeys(1))
        .contents()
        .stream()
        .anyMatch(object -> object.key().equals(prefix + name));
  }

  @Override
  public SortedMap<String, Long> list() {
    return list("");
  }

  private SortedMap<String, Long> list(String below) {
    return tried(
        "list",
        below,
        () -> {
          SortedMap<String, Long> found = new TreeMap<>();
          client
              .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix + below))
              .contents()
              .forEach((S3Object object) ->
                  found.put(object.key().substring(prefix.length()), object.size()));
          return found;
        });
  }

  @Override
  public void dropAll(String below) {
    List<String> names = new ArrayList<>(list(below).keySet());
    for (int from = 0; from < names.size(); from += DELETED_AT_ONCE_MAX) {
      List<ObjectIdentifier> some =
          names.subList(from, Math.min(names.size(), from + DELETED_AT_ONCE_MAX)).stream()
              .map(name -> ObjectIdentifier.builder().key(prefix + name).build())
              .toList();
      tried(
          "drop",
          below,
          () -> {
            var refused =
                client.deleteObjects(delete -> delete.bucket(bucket).delete(d -> d.objects(some)));
            if (refused.hasErrors() && !refused.errors().isEmpty()) {
              throw new IOException(
                  "%d of %d not deleted, the first %s: %s"
                      .formatted(
                          refused.errors().size(),
                          some.size(),
                          refused.errors().getFirst().key(),
                          refused.errors().getFirst().code()));
            }
            return true;
          });
    }
  }

  private <T> T tried(String verb, String name, Callable<T> attempt) {
    try {
      return attempt.call();
    } catch (RuntimeException | IOException e) {
      if (e instanceof RuntimeException fault && !(e instanceof SdkException)) {
        throw fault;
      }
      throw new UncheckedIOException(
          "cannot %s %s: %s".formatted(verb, this.name(name), e.getMessage()), new IOException(e));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String name(String name) {
    return "s3://" + bucket + "/" + prefix + name;
  }

  @Override
  public String toString() {
    return name("");
  }
}
