package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.EvidenceVector;

/**
 * What one party computed about one answer: rows and evidence. Holds for every request with that
 * answer, since neither names a task.
 */
final class View {
  private final ShownTrace trace;
  private final EvidenceVector evidence;
  private final Hash evidenceRoot;

  View(ShownTrace trace, EvidenceVector evidence) {
    this.trace = trace;
    this.evidence = evidence;
    this.evidenceRoot = evidence.evidenceRoot();
  }

  Hash traceRoot() {
    return trace.root();
  }

  Hash evidenceRoot() {
    return evidenceRoot;
  }

  EvidenceVector evidence() {
    return evidence;
  }

  int size() {
    return trace.size();
  }

  /** A position; who has fewer shows its last one instead. */
  ShownTrace.Shown open(int position, int boundary) {
    return trace.open(Math.min(position, size() - 1), boundary);
  }
}
