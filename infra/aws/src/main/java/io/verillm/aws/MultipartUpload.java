package io.verillm.aws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Objects in parts, so that a failure costs one part and not all. The object is there when the
 * upload is completed, which is conditional; an upload that fails is taken back, and the bucket's
 * lifecycle removes those of processes that died.
 *
 * @param client the bucket's
 * @param bucket its name
 * @param partBytes bytes of a part; S3 takes no part but the last below 5 MiB
 */
record MultipartUpload(S3Client client, String bucket, int partBytes) {
  static final int PART_BYTES = 16 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(MultipartUpload.class);

  /** What is uploaded, read part by part. */
  interface Content {
    long length();

    /** Some of it, fewer bytes than an array holds. */
    ByteBuffer part(long from, int length) throws IOException;

    static Content of(byte[] bytes) {
      return new Content() {
        @Override
        public long length() {
          return bytes.length;
        }

        @Override
        public ByteBuffer part(long from, int length) {
          return ByteBuffer.wrap(bytes, Math.toIntExact(from), length);
        }
      };
    }
  }

  /**
   * Writes unless something lies there, which is told as a failed precondition.
   *
   * @throws IOException if the content cannot be read
   */
  void put(String key, Content content) throws IOException {
    String upload =
        client
            .createMultipartUpload(create ->
                create.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
            .uploadId();
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long from = 0; from < content.length(); from += partBytes) {
        parts.add(part(key, upload, parts.size() + 1, content, from));
      }
      client.completeMultipartUpload(complete ->
          complete
              .bucket(bucket)
              .key(key)
              .uploadId(upload)
              .ifNoneMatch("*")
              .multipartUpload(done -> done.parts(parts)));
    } catch (SdkException | IOException e) {
      abort(key, upload);
      throw e;
    }
  }

  private CompletedPart part(String key, String upload, int number, Content content, long from)
      throws IOException {
    int length = (int) Math.min(partBytes, content.length() - from);
    UploadPartResponse sent =
        client.uploadPart(
            part ->
                part.bucket(bucket)
                    .key(key)
                    .uploadId(upload)
                    .partNumber(number)
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
            RequestBody.fromRemainingByteBuffer(content.part(from, length)));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(sent.eTag())
        .checksumCRC32C(sent.checksumCRC32C())
        .build();
  }

  private void abort(String key, String upload) {
    try {
      client.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload));
    } catch (SdkException e) {
      // The lifecycle rule of the bucket takes what stays.
      LOG.atWarn()
          .addKeyValue("bucket", bucket)
          .addKeyValue("key", key)
          .log("unfinished upload not taken back: {}", e.getMessage());
    }
  }
}
