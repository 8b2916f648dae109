package io.verillm.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks before a start whether a stack can run in a folder: a broker whose disk is full dies. */
final class Room {
  /** What a demo writes several times over. */
  static final long BYTES_MIN = 256L << 20;

  private static final int MEBIBYTE = 1 << 20;

  private Room() {}

  /**
   * Makes the folder, if it can be used.
   *
   * @param inUse whether a broker runs on it already
   * @throws StackFailed with the reason, and what to do
   */
  static void check(StackFolder folder, boolean inUse) throws StackFailed {
    try {
      Files.createDirectories(folder.path());
      require(folder.path(), Files.getFileStore(folder.path()).getUsableSpace());
    } catch (IOException | UncheckedIOException e) {
      throw StackFailed.of(folder.path(), e);
    }
    if (inUse) {
      throw new StackFailed(
          "another process runs a stack in %s%s; stop it, or take another folder by --data"
              .formatted(
                  folder.path(),
                  folder.runningAt().map(bootstrap -> ", broker on " + bootstrap).orElse("")));
    }
  }

  static void require(Path folder, long usableBytes) throws StackFailed {
    if (usableBytes < BYTES_MIN) {
      throw new StackFailed(
          "the disk of %s has %d MiB left, %d are needed; make room, or take another by --data"
              .formatted(folder, usableBytes / MEBIBYTE, BYTES_MIN / MEBIBYTE));
    }
  }
}
