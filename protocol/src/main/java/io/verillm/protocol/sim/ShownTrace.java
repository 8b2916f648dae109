package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.vote.Openings;

/** A trace and what was shown of it: many tasks have equal traces and show the same positions. */
final class ShownTrace {
  private final Trace trace;
  private final Hash root;
  private final int finalNorm;
  private final Shown[] shown;

  /** A position as a vote takes it and as an event holds it. */
  record Shown(PositionOpening checked, io.verillm.events.OpenedPosition event) {}

  ShownTrace(Trace trace) {
    this.trace = trace;
    this.root = trace.root();
    this.finalNorm = trace.shape().finalNorm();
    this.shown = new Shown[trace.size() * finalNorm];
  }

  Hash root() {
    return root;
  }

  int size() {
    return trace.size();
  }

  /** A position with the row of one boundary, and that of the final norm. */
  Shown open(int position, int boundary) {
    int index = position * finalNorm + boundary;
    Shown known = shown[index];
    if (known == null) {
      PositionOpening opening = trace.open(position, size(), boundary, finalNorm);
      known = new Shown(opening, Openings.position(opening));
      shown[index] = known;
    }
    return known;
  }
}
