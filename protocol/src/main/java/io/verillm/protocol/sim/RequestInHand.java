package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One open request as those see it who have tasks of it. */
final class RequestInHand {
  final SimulatedRequest request;
  final Accepted accepted;
  final List<TaskInHand> tasks = new ArrayList<>();

  /** By segment, the author whose segment counts. */
  private final List<TaskInHand> authors = new ArrayList<>();

  /** By segment. */
  private final List<CaseInHand> cases = new ArrayList<>();

  /** Last verdicts, by segment. */
  final Map<Integer, Verdict> verdicts = new HashMap<>();

  final List<Ended> ended = new ArrayList<>();
  @Nullable TaskInHand disputer;

  /** A case that is over. */
  record Ended(Verdict verdict, SettleCase settle) {}

  RequestInHand(SimulatedRequest request, Accepted accepted) {
    this.request = request;
    this.accepted = accepted;
  }

  /** Who writes a segment now. */
  void author(TaskInHand task) {
    int segment = task.assign().segment();
    authors.subList(segment, authors.size()).clear();
    authors.add(task);
  }

  boolean hasAuthor(int segment) {
    return segment < authors.size();
  }

  /** The author of a segment. */
  TaskInHand author(int segment) {
    return authors.get(segment);
  }

  /** Authors of the first segments. */
  Stream<TaskInHand> authors(int segments) {
    return authors.subList(0, segments).stream();
  }

  /** The answer up to the end of the first segments; null where there are none. */
  @Nullable Answer answer(int segments) {
    return segments == 0 ? null : author(segments - 1).written().answer();
  }

  /** How many authors share what is left of the answer, behind the first segments. */
  int authorsLeft(int segments) {
    return request.authors() - segments;
  }

  /** The task of this request with this id. */
  TaskInHand task(ByteBuffer taskId) {
    return tasks.stream()
        .filter(t -> Wire.buffer(t.taskId()).equals(taskId))
        .findFirst()
        .orElseThrow();
  }

  /** The case of a segment. */
  CaseInHand caseOf(int segment) {
    while (cases.size() <= segment) {
      cases.add(new CaseInHand(this, cases.size()));
    }
    return cases.get(segment);
  }
}
