package io.verillm.gpu.intake;

import io.verillm.protocol.event.SignedRecord;
import java.util.concurrent.CompletionStage;

/** Does tasks. */
@FunctionalInterface
public interface TaskHandler {
  /**
   * Starts on a task and returns at once. Nothing about the record was verified.
   *
   * @return what is to become of the delivery; a failure counts as {@link Settlement#RELEASED}
   */
  CompletionStage<Settlement> handle(SignedRecord task);
}
