package io.verillm.protocol.fraud;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.Task;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.protocol.vote.TaskAgreement;
import java.util.List;
import java.util.Optional;

/** A task that is not what the accepted request and a challenge say of it. */
final class FalseTask {
  private FalseTask() {}

  /**
   * What differs, in a sentence; empty where nothing is shown.
   *
   * @throws IllegalArgumentException for a field that is no hash
   */
  static Optional<String> sentence(Task task, Accepted accepted, Challenge challenge) {
    if (!accepted.getRequestId().equals(challenge.getRequestId())) {
      return Optional.empty();
    }
    return challenge.getRoster().stream()
        .filter(entry -> entry.getCommitted() && entry.getTaskId().equals(task.getTaskId()))
        .filter(entry -> differs(task, accepted, challenge, entry))
        .findFirst()
        .map(entry ->
            "the task of %s for request %s is not what was accepted and challenged"
                .formatted(entry.getWorker(), challenge.getRequestId()));
  }

  private static boolean differs(
      Task task, Accepted accepted, Challenge challenge, RosterEntry entry) {
    List<Integer> ends = challenge.getEnds();
    int held = entry.getAuthored() < 0 ? ends.size() : entry.getAuthored();
    return held <= ends.size()
        && InputSeal.open(accepted, challenge.getInput())
            .filter(input ->
                ascends(input.getPromptLength(), ends)
                    && !TaskAgreement.holds(
                        task,
                        accepted,
                        input,
                        ends.subList(0, held),
                        Wire.hash(entry.getContextHash())))
            .isPresent();
  }

  /** A challenge is its coordinator's word: what bounds no segments is not compared. */
  private static boolean ascends(int prompt, List<Integer> ends) {
    int last = prompt;
    for (int end : ends) {
      if (end < last) {
        return false;
      }
      last = end;
    }
    return prompt >= 1;
  }
}
