package io.verillm.aws;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Models in a bucket, each below its reference and written once. It moves files and believes
 * nothing: whether what was fetched is the model, whoever imports it finds out by its reference.
 * Pieces are as small as one try of a call has time for, and each is tried again by itself, see
 * {@link AwsClients}.
 */
public final class ModelBucket {
  /** A name without folders, so that none leads out of the folder that is filled. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final int TRIES = 3;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final MultipartUpload multipart;

  /**
   * Models below a prefix.
   *
   * @param client stays the caller's
   * @param prefix empty, or ending in a slash
   */
  public ModelBucket(S3Client client, String bucket, String prefix) {
    this(client, bucket, prefix, MultipartUpload.PART_BYTES);
  }

  ModelBucket(S3Client client, String bucket, String prefix, int partBytes) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
    this.multipart = new MultipartUpload(client, bucket, partBytes);
  }

  /**
   * Publishes files of a model, in this order. What lies there already with as many bytes is not
   * sent again; of long files nothing more is compared, as whoever fetches them hashes them.
   *
   * @throws IOException if a file cannot be read or S3 does not take it, or if another file of its
   *     name lies there
   */
  public void push(String reference, Path folder, List<String> names) throws IOException {
    String below = key(reference, "");
    try {
      Map<String, Long> there =
          list(below).stream().collect(Collectors.toMap(S3Object::key, S3Object::size));
      for (String name : names) {
        try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.READ)) {
          Long length = there.get(below + name);
          if (length == null && !put(below + name, file)) {
            length = length(below + name);
          }
          if (length != null && (length != file.size() || isOther(below + name, file))) {
            throw new IOException(
                "s3://%s/%s is there already and is another file".formatted(bucket, below + name));
          }
        }
      }
    } catch (SdkException e) {
      throw failed("write", below, e);
    }
  }

  /** Writes unless something lies there: perhaps this file, where an answer was lost. */
  private boolean put(String key, FileChannel file) throws IOException {
    long length = file.size();
    try {
      if (length > multipart.partBytes()) {
        multipart.put(key, new FileContent(file, length));
      } else {
        client.putObject(
            put ->
                put.bucket(bucket)
                    .key(key)
                    .ifNoneMatch("*")
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
            RequestBody.fromRemainingByteBuffer(read(file, 0, (int) length)));
      }
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == S3Folder.PRECONDITION_FAILED) {
        return false;
      }
      throw e;
    }
  }

  /** Of what lies there; -1 where nothing does. */
  private long length(String key) {
    return list(key).stream()
        .filter(object -> object.key().equals(key))
        .mapToLong(S3Object::size)
        .findFirst()
        .orElse(-1);
  }

  private boolean isOther(String key, FileChannel file) throws IOException {
    long length = file.size();
    return length <= multipart.partBytes()
        && !client
            .getObjectAsBytes(get -> get.bucket(bucket).key(key))
            .asByteBuffer()
            .equals(read(file, 0, (int) length));
  }

  private List<S3Object> list(String below) {
    return client
        .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(below))
        .contents()
        .stream()
        .toList();
  }

  /**
   * Fetches a model's files.
   *
   * @param folder must not have them yet
   * @param wanted names to fetch; others stay
   * @throws NoSuchFileException if nothing lies below the reference
   * @throws IOException if S3 does not give what it lists, or the folder cannot be written
   */
  public void fetch(String reference, Path folder, Predicate<String> wanted) throws IOException {
    String below = key(reference, "");
    try {
      List<S3Object> objects = list(below);
      if (objects.isEmpty()) {
        throw new NoSuchFileException("s3://" + bucket + "/" + below);
      }
      for (S3Object object : objects) {
        String name = object.key().substring(below.length());
        if (NAME.matcher(name).matches() && wanted.test(name)) {
          fetch(object, folder.resolve(name));
        }
      }
    } catch (SdkException e) {
      throw failed("read", below, e);
    }
  }

  private void fetch(S3Object object, Path to) throws IOException {
    try (FileChannel file =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long from = 0; from < object.size(); ) {
        ByteBuffer part = part(object, from);
        from += part.remaining();
        while (part.hasRemaining()) {
          file.write(part);
        }
      }
    }
  }

  private ByteBuffer part(S3Object object, long from) throws IOException {
    int length = (int) Math.min(multipart.partBytes(), object.size() - from);
    int got = 0;
    for (int tries = 0; tries < TRIES; tries++) {
      ByteBuffer part =
          client
              .getObject(
                  get ->
                      get.bucket(bucket)
                          .key(object.key())
                          // Another object would not fit the parts that are here.
                          .ifMatch(object.eTag())
                          .range("bytes=%d-%d".formatted(from, from + length - 1)),
                  ResponseTransformer.toBytes())
              .asByteBuffer();
      got = part.remaining();
      if (got == length) {
        return part;
      }
    }
    throw new EOFException(
        "s3://%s/%s gives %d of %d bytes at %d".formatted(bucket, object.key(), got, length, from));
  }

  private String key(String reference, String name) {
    return prefix + reference + "/" + name;
  }

  private IOException failed(String verb, String key, SdkException cause) {
    if (cause instanceof AbortedException) {
      return new InterruptedIOException("interrupted");
    }
    return new IOException(
        "cannot %s s3://%s/%s: %s".formatted(verb, bucket, key, cause.getMessage()), cause);
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer part = ByteBuffer.allocate(length);
    while (part.hasRemaining()) {
      if (file.read(part, from + part.position()) < 0) {
        throw new EOFException("a file became shorter while it was read");
      }
    }
    return part.flip();
  }

  /** A file of any length. */
  private record FileContent(FileChannel file, long length) implements MultipartUpload.Content {
    @Override
    public ByteBuffer part(long from, int length) throws IOException {
      return read(file, from, length);
    }
  }
}
