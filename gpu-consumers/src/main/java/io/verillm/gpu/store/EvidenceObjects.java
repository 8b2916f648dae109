package io.verillm.gpu.store;

import java.util.Optional;
import java.util.SortedMap;

/**
 * A medium that keeps byte strings by name, each whole or not at all, such as a bucket. Names are
 * of letters, digits, dashes, dots and slashes. Safe for use by several threads and processes. What
 * the medium refuses for good is a {@link java.io.UncheckedIOException}.
 */
public interface EvidenceObjects {
  /**
   * Keeps the content, durably, unless something lies there already, which then stays as it is.
   *
   * @return whether it is this content that was written
   */
  boolean putIfAbsent(String name, byte[] content);

  /** The content. */
  Optional<byte[]> find(String name);

  /** Whether anything lies there. */
  boolean exists(String name);

  /** Everything, with its length in bytes. */
  SortedMap<String, Long> list();

  /** Forgets everything whose name begins so. */
  void dropAll(String prefix);
}
