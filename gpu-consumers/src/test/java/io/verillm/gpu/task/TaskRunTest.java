package io.verillm.gpu.task;

import io.verillm.gpu.engine.EngineOptions;

/** Each sequence in runs of its own. */
class TaskRunTest extends TaskRunContract {
  @Override
  EngineOptions options() {
    return EngineOptions.cpu();
  }
}
