package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.S3Folder;
import io.verillm.aws.WorkerSecret;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.protocol.crypto.Signer;
import io.verillm.topics.KeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Where a worker keeps its key and its evidence: a folder, or Secrets Manager and a bucket. */
final class WorkerFolder {
  private static final Pattern BUCKET = Pattern.compile("s3://([a-z0-9.-]{3,63})/(.+/)?");
  private static final long GIB = 1L << 30;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of its key and evidence (default: data/workers/ID).")
  private @Nullable Path data;

  @Option(
      names = "--secret",
      paramLabel = "NAME",
      description = "Take the key from this secret of AWS Secrets Manager, not from the folder.")
  private @Nullable String secret;

  @Option(
      names = "--evidence",
      paramLabel = "s3://BUCKET/PREFIX/",
      description =
          "Keep evidence there, not in the folder: all processes of the worker share it, and a task"
              + " can go on in another one.")
  private @Nullable String evidence;

  @Option(
      names = "--evidence-gib",
      paramLabel = "N",
      defaultValue = "8",
      description = "Most evidence to keep, in GiB (default: ${DEFAULT-VALUE}).")
  private long evidenceGib;

  WorkerFolder() {}

  /**
   * What a worker runs on.
   *
   * @param key signs what it says
   * @param salt key of its seals' salts
   * @param evidence what it keeps
   * @param closing the bucket's client, if there is one
   */
  record Opened(Signer key, byte[] salt, EvidenceStore evidence, Runnable closing)
      implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  Opened open(String id) {
    Path folder = data == null ? DataOption.worker(id) : data;
    try {
      Keys keys = secret == null ? ofFolder(folder, id) : ofSecret(secret);
      if (evidence == null) {
        EvidenceStore store =
            EvidenceStore.open(DiskObjects.open(folder.resolve("evidence")), bytes());
        return new Opened(keys.key(), keys.salt(), store, () -> {});
      }
      Matcher bucket = BUCKET.matcher(evidence);
      if (!bucket.matches()) {
        throw CommandFailure.usage("--evidence takes s3://BUCKET/PREFIX/, not '" + evidence + "'");
      }
      S3Client client = AwsClients.standard().s3();
      String prefix = bucket.group(2) == null ? "" : bucket.group(2);
      return new Opened(
          keys.key(),
          keys.salt(),
          EvidenceStore.open(new S3Folder(client, bucket.group(1), prefix), bytes()),
          client::close);
    } catch (SdkException | IllegalArgumentException e) {
      throw CommandFailure.unreachable("AWS: " + e.getMessage());
    }
  }

  private record Keys(Signer key, byte[] salt) {}

  private static Keys ofFolder(Path folder, String id) {
    KeyStore store = new KeyStore(folder.resolve("keys"), new SecureRandom());
    return new Keys(store.signing(id), store.salt(id));
  }

  private static Keys ofSecret(String secret) {
    try (SecretsManagerClient client = AwsClients.standard().secrets()) {
      WorkerSecret worker = WorkerSecret.of(client, secret);
      return new Keys(worker.key(), worker.salt());
    }
  }

  private long bytes() {
    if (evidenceGib < 1 || evidenceGib > 1 << 20) {
      throw CommandFailure.usage("--evidence-gib takes 1..1048576, not " + evidenceGib);
    }
    return evidenceGib * GIB;
  }
}
