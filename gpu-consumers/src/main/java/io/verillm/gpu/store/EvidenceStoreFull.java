package io.verillm.gpu.store;

/**
 * Keeping more evidence would pass the store's bound; the worker must not commit to what it cannot
 * keep.
 */
public final class EvidenceStoreFull extends Exception {
  private static final long serialVersionUID = 1L;

  EvidenceStoreFull(long kept, long asked, long bound) {
    super(
        "evidence store is full: %d bytes kept, %d asked for, bound %d"
            .formatted(kept, asked, bound));
  }
}
