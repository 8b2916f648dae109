package io.verillm.gpu.task;

import io.verillm.gpu.engine.EngineOptions;

/** Authors by steps of a batch, checkers by chunks that ride beside them. */
class BatchedTaskRunTest extends TaskRunContract {
  @Override
  EngineOptions options() {
    return EngineOptions.cpu().withBatch(4).withChunk(16);
  }
}
