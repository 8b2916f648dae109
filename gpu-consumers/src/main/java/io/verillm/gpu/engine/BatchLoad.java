package io.verillm.gpu.engine;

import io.verillm.gpu.engine.BatchSession.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link BatchRunner} does next.
 *
 * @param left sessions that are closed and hold memory
 * @param steps of one run
 * @param chunk of a context that rides along, if there is one
 */
record BatchLoad(List<BatchSession> left, List<Work> steps, @Nullable Work chunk) {
  /** The run's work, steps first; none if there is nothing to run. */
  List<Work> all() {
    List<Work> all = new ArrayList<>(steps);
    if (chunk != null) {
      all.add(chunk);
    }
    return all;
  }
}
