package io.verillm.gpu.engine;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sequences whose caches lie in one array and so step together without a copy. A sequence that
 * left stays as an empty seat, which sees nothing, until the batch is arranged anew.
 */
final class StepBatch {
  private final NDManager memory;
  private final DecoderGraph graph;
  private List<@Nullable BatchSession> seats = new ArrayList<>();
  private SequenceCache cache;

  StepBatch(NDManager memory, DecoderGraph graph) {
    this.memory = memory;
    this.graph = graph;
    this.cache = SequenceCache.empty(memory, graph, 0);
  }

  /** The sessions in the cache's order, {@code null} for an empty seat. */
  List<@Nullable BatchSession> seats() {
    return seats;
  }

  SequenceCache cache() {
    return cache;
  }

  /** After a run in which all that sit here stepped. */
  void stepped(SequenceCache next) {
    replace(next);
    for (BatchSession session : seats) {
      if (session != null) {
        session.cached++;
      }
    }
  }

  private void replace(SequenceCache next) {
    cache.close();
    cache = next;
  }

  /**
   * Makes exactly these sessions sit here. Copies all caches where they do not yet; who sat here
   * and does not step now is parked.
   */
  void arrange(List<BatchSession.Work> steps) {
    Set<BatchSession> wanted = new HashSet<>();
    steps.forEach(step -> wanted.add(step.session()));
    Set<BatchSession> seated = new HashSet<>(seats);
    seated.remove(null);
    if (seated.equals(wanted) && 2 * wanted.size() >= seats.size()) {
      return;
    }
    for (int seat = 0; seat < seats.size(); seat++) {
      BatchSession session = seats.get(seat);
      if (session != null && !wanted.contains(session)) {
        // Left from a packing that failed half way.
        unpark(session);
        session.parked =
            SequenceCache.pack(
                memory, graph, List.of(new SequenceCache.Part(cache, seat, session.cached)));
      }
    }
    List<SequenceCache.Part> parts = steps.stream().map(this::part).toList();
    SequenceCache packed = SequenceCache.pack(memory, graph, parts);
    steps.forEach(step -> unpark(step.session()));
    replace(packed);
    seats = new ArrayList<>(steps.stream().map(BatchSession.Work::session).toList());
  }

  private SequenceCache.Part part(BatchSession.Work step) {
    BatchSession session = step.session();
    int seat = seats.indexOf(session);
    return seat >= 0
        ? new SequenceCache.Part(cache, seat, session.cached)
        : new SequenceCache.Part(session.parked, 0, session.cached);
  }

  /** Frees what a session holds. */
  void leave(BatchSession session) {
    unpark(session);
    int seat = seats.indexOf(session);
    if (seat >= 0) {
      seats.set(seat, null);
    }
    if (seats.stream().allMatch(Objects::isNull)) {
      seats = new ArrayList<>();
      replace(SequenceCache.empty(memory, graph, 0));
    }
  }

  private static void unpark(BatchSession session) {
    if (session.parked != null) {
      session.parked.close();
      session.parked = null;
    }
  }
}
