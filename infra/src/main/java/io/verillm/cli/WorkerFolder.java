package io.verillm.cli;

import io.verillm.aws.AwsClients;
import io.verillm.aws.S3Folder;
import io.verillm.cli.KeysOption.PartyKeys;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.protocol.crypto.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Where a worker keeps its key and its evidence: a folder, or Secrets Manager and a bucket. */
final class WorkerFolder {
  private static final long GIB = 1L << 30;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of its key and evidence (default: data/workers/ID).")
  private @Nullable Path data;

  @Mixin private KeysOption keys = new KeysOption();

  @Option(
      names = "--evidence",
      paramLabel = S3Place.LABEL,
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
   * @param closing releases the folder, or the bucket's client
   */
  record Opened(Signer key, byte[] salt, EvidenceStore evidence, Runnable closing)
      implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  /** Most evidence to keep. */
  long evidenceBytes() {
    return bytes();
  }

  Opened open(String id) {
    Path folder = data == null ? DataOption.worker(id) : data;
    try {
      PartyKeys own = keys.open(folder.resolve("keys"), id);
      Signer key = own.signing().get();
      byte[] salt = own.salt().get();
      if (evidence == null) {
        return onDisk(folder, key, salt);
      }
      S3Place place = S3Place.parse("--evidence", evidence);
      S3Client client = AwsClients.standard().s3();
      return new Opened(
          key,
          salt,
          EvidenceStore.open(new S3Folder(client, place.bucket(), place.prefix()), bytes()),
          client::close);
    } catch (SdkException | IllegalArgumentException e) {
      throw CommandFailure.aws(e);
    }
  }

  /** A second process would take the first one's half-written files for a crash's. */
  private Opened onDisk(Path folder, Signer key, byte[] salt) {
    Path file = folder.resolve("evidence.lock");
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        lock.close();
        throw CommandFailure.unreachable("another process works with " + folder);
      }
      EvidenceStore store =
          EvidenceStore.open(DiskObjects.open(folder.resolve("evidence")), bytes());
      return new Opened(key, salt, store, () -> release(lock));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + file, e);
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release a worker's folder", e);
    }
  }

  private long bytes() {
    if (evidenceGib < 1 || evidenceGib > 1 << 20) {
      throw CommandFailure.usage("--evidence-gib takes 1..1048576, not " + evidenceGib);
    }
    return evidenceGib * GIB;
  }
}
