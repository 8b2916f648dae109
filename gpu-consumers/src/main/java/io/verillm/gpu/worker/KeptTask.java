package io.verillm.gpu.worker;

import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.gpu.task.InvalidTask;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.TaskAgreement;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;

/**
 * A task as the coordinator signed it, kept beside what came of it.
 *
 * @param record its record
 * @param task the event in it
 * @param terms what is to be computed
 */
record KeptTask(SignedRecord record, Task task, TaskTerms terms) {

  /** A task that was let in, so that it can be read. */
  static KeptTask of(SignedRecord record) {
    try {
      return new KeptTask(
          record, EventCodec.decode(record.value(), Task.class), TaskDesk.terms(record));
    } catch (InvalidTask | UndecodableEvent e) {
      throw new IllegalStateException("a kept task is invalid: " + e.getMessage());
    }
  }

  /** Whether it is the one that request and challenge speak of. */
  boolean isAsSaid(CaseGround ground, RosterEntry entry) {
    int ends = ground.ends().size();
    int held = entry.getAuthored() < 0 ? ends : entry.getAuthored();
    boolean sameAnswer =
        entry.getRole() == RosterRole.AUTHOR
            || terms.answerHash().equals(Wire.hash(entry.getOutputHash()));
    return held <= ends
        && sameAnswer
        && TaskAgreement.holds(task, ground, held, Wire.hash(entry.getContextHash()));
  }

  /** What shows it to everybody. */
  TaskExposed exposed(String requestId) {
    return new TaskExposed(
        requestId,
        Wire.buffer(terms.taskId()),
        Wire.buffer(record.key()),
        Wire.buffer(record.value()),
        Wire.buffer(record.signature()));
  }
}
