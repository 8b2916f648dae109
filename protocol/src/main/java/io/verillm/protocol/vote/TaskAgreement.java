package io.verillm.protocol.vote;

import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a worker was given what the public log says. A signed task that was not is the
 * coordinator's fault, whoever holds it.
 */
public final class TaskAgreement {
  private TaskAgreement() {}

  /**
   * Whether a task is the one that a request and a challenge speak of.
   *
   * @param task as it was signed
   * @param ground the request, and where the answer's segments end
   * @param segments how many of them the context holds
   * @param contextHash hash that the challenge gives for it
   */
  public static boolean holds(Task task, CaseGround ground, int segments, Hash contextHash) {
    return task.getModelId().equals(ground.accepted().getModelId())
        && task.getPromptLength() == ground.input().getPromptLength()
        && task.getContext().size() == ground.sizeOfContext(segments)
        && samplesAsAccepted(task, ground)
        && contextHash(task, ground, segments).equals(contextHash);
  }

  private static boolean samplesAsAccepted(Task task, CaseGround ground) {
    return Double.compare(task.getTemperature(), ground.input().getTemperature()) == 0
        && task.getTopK() == ground.input().getTopK()
        && Double.compare(task.getTopP(), ground.input().getTopP()) == 0
        && task.getSeed().equals(ground.input().getSeed());
  }

  private static Hash contextHash(Task task, CaseGround ground, int segments) {
    int[] ids = task.getContext().stream().mapToInt(Integer::intValue).toArray();
    Hash prompt =
        Digests.promptHash(
            Wire.bytes(task.getPromptSalt()), Arrays.copyOf(ids, task.getPromptLength()));
    List<Hash> outputs = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      outputs.add(
          Digests.outputHash(
              Arrays.copyOfRange(
                  ids, ground.sizeOfContext(segment), ground.sizeOfContext(segment + 1))));
    }
    return Digests.contextHash(prompt, outputs);
  }
}
