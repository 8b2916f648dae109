package io.verillm.protocol.sim;

import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.Step;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Where workers post what they sign. */
final class Outbox {
  private final CoreDriver core;
  private final SimCoordinator coordinator;

  Outbox(CoreDriver core, SimCoordinator coordinator) {
    this.core = core;
    this.coordinator = coordinator;
  }

  void post(Worker worker, String topic, SpecificRecord event) {
    core.send(Signers.worker(worker.id()), topic, event);
  }

  void commit(TaskInHand task, Hash root, Step step) {
    @Nullable Hash tag = null;
    if (step == Step.FINAL) {
      Answer answer = task.written().answer();
      byte[] nonce = coordinator.nonce(task.taskId());
      tag = Digests.outputTag(answer.segmentHash(), answer.finish(), nonce);
    }
    Commitment event =
        new Commitment(
            Wire.buffer(task.taskId()),
            task.worker().id(),
            CommitmentStep.valueOf(step.name()),
            Wire.buffer(root),
            tag == null ? null : Wire.buffer(tag));
    post(task.worker(), SimLog.TOPICS.commitments(), event);
  }
}
