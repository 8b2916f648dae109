package io.verillm.gpu.engine;

import io.verillm.gpu.engine.BatchSession.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Work of all sessions of one engine that waits for a run, in the order in which it came. A run is
 * held up for a session only if it stepped in the run before and is still to come back, and no
 * longer than that run took; a sequence that is alone never waits.
 */
final class BatchQueue {
  /** Runs after which seats go to those who wait longest: changing seats copies caches. */
  private static final int TURN_RUNS = 16;

  private final int seats;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Work> steps = new ArrayDeque<>();
  private final Deque<Work> chunks = new ArrayDeque<>();
  private final List<BatchSession> left = new ArrayList<>();
  private Set<BatchSession> awaited = new HashSet<>();
  private long deadline;
  private long runs;
  private @Nullable EngineFailure closed;

  /**
   * @param seats most steps of a run
   */
  BatchQueue(int seats) {
    this.seats = seats;
  }

  void step(Work work) {
    submit(steps, work);
  }

  void prefill(Work work) {
    submit(chunks, work);
  }

  private void submit(Deque<Work> queue, Work work) {
    lock.lock();
    try {
      if (closed != null) {
        throw closed.again();
      }
      queue.add(work);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A session is closed. May be called twice. */
  void leave(BatchSession session) {
    lock.lock();
    try {
      left.add(session);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more work; what waits fails, and what comes.
   *
   * @param reason of that; the first one stays
   */
  void close(EngineFailure reason) {
    lock.lock();
    try {
      EngineFailure failure = closed == null ? reason : closed;
      closed = failure;
      steps.forEach(work -> work.done().completeExceptionally(failure));
      chunks.forEach(work -> work.done().completeExceptionally(failure));
      steps.clear();
      chunks.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A run is over, and those who stepped in it are to come back before as long again. */
  void ran(BatchLoad load, long nanos) {
    lock.lock();
    try {
      awaited = load.steps().stream().map(Work::session).collect(Collectors.toSet());
      awaited.removeAll(left);
      deadline = System.nanoTime() + nanos;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for something to do.
   *
   * @param seated who sits in the batch and so goes first, but not for ever
   * @return {@code null} once this is closed
   */
  @Nullable BatchLoad take(Collection<@Nullable BatchSession> seated) {
    lock.lock();
    try {
      while (closed == null) {
        long rest = deadline - System.nanoTime();
        if (!left.isEmpty()) {
          return new BatchLoad(takeLeft(), List.of(), null);
        } else if (steps.isEmpty() && chunks.isEmpty()) {
          changed.awaitUninterruptibly();
        } else if (allBack() || rest <= 0) {
          return new BatchLoad(List.of(), takeSteps(seated), chunks.poll());
        } else {
          await(rest);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private List<BatchSession> takeLeft() {
    List<BatchSession> taken = List.copyOf(left);
    left.clear();
    taken.forEach(awaited::remove);
    return taken;
  }

  private void await(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Nobody but close() ends the runner.
      Thread.interrupted();
    }
  }

  /** Whether nobody is missed who stepped in the run before. */
  private boolean allBack() {
    return steps.stream().map(Work::session).collect(Collectors.toSet()).containsAll(awaited);
  }

  private List<Work> takeSteps(Collection<@Nullable BatchSession> seated) {
    boolean stay = ++runs % TURN_RUNS != 0;
    List<Work> taken =
        steps.stream()
            .sorted(Comparator.comparing(work -> stay && !seated.contains(work.session())))
            .limit(seats)
            .toList();
    steps.removeAll(taken);
    return taken;
  }
}
