package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.vote.Openings;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What one party computed about one answer: rows and evidence. Holds for every request with that
 * answer, since neither names a task; openings are kept, because many tasks show the same position.
 */
final class View {
  private final Trace trace;
  private final EvidenceVector evidence;
  private final Hash traceRoot;
  private final Hash evidenceRoot;
  private final int finalNorm;
  private final Map<Integer, Shown> shown = new HashMap<>();
  private final Map<ByteBuffer, ByteBuffer> nodes = new HashMap<>();

  /** A position as a check takes it and as an event holds it. */
  record Shown(PositionOpening checked, io.verillm.events.OpenedPosition event) {}

  View(Trace trace, EvidenceVector evidence, int finalNorm) {
    this.trace = trace;
    this.evidence = evidence;
    this.traceRoot = trace.root();
    this.evidenceRoot = evidence.evidenceRoot();
    this.finalNorm = finalNorm;
  }

  Hash traceRoot() {
    return traceRoot;
  }

  Hash evidenceRoot() {
    return evidenceRoot;
  }

  EvidenceVector evidence() {
    return evidence;
  }

  Trace trace() {
    return trace;
  }

  int size() {
    return trace.size();
  }

  Shown open(int position, int boundary) {
    return shown.computeIfAbsent(
        position * (finalNorm + 1) + boundary, unknown -> opened(position, boundary));
  }

  private Shown opened(int position, int boundary) {
    PositionOpening opening = trace.open(position, size(), boundary, finalNorm);
    io.verillm.events.OpenedPosition event = Openings.position(opening);
    return new Shown(
        opening,
        new io.verillm.events.OpenedPosition(
            event.getPosition(),
            event.getTokenId(),
            event.getRows(),
            event.getLeafPath().stream().map(this::shared).toList()));
  }

  /** The paths of all positions go through the same few nodes. */
  private ByteBuffer shared(ByteBuffer node) {
    return nodes.computeIfAbsent(node, first -> first);
  }
}
