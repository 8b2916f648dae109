package io.verillm.protocol.vote;

import io.verillm.events.Accepted;
import io.verillm.events.RequestInput;
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
    return holds(
        task, ground.accepted(), ground.input(), ground.ends().subList(0, segments), contextHash);
  }

  /**
   * As above, where no more is known of the model than its name.
   *
   * @param ends where the segments end that the context holds
   */
  public static boolean holds(
      Task task, Accepted accepted, RequestInput input, List<Integer> ends, Hash contextHash) {
    List<Integer> cuts = new ArrayList<>(List.of(input.getPromptLength()));
    cuts.addAll(ends);
    return task.getModelId().equals(accepted.getModelId())
        && task.getPromptLength() == input.getPromptLength()
        && task.getContext().size() == cuts.getLast()
        && samplesAs(task, input)
        && contextHash(task, cuts).equals(contextHash);
  }

  private static boolean samplesAs(Task task, RequestInput input) {
    return Double.compare(task.getTemperature(), input.getTemperature()) == 0
        && task.getTopK() == input.getTopK()
        && Double.compare(task.getTopP(), input.getTopP()) == 0
        && task.getSeed().equals(input.getSeed());
  }

  private static Hash contextHash(Task task, List<Integer> cuts) {
    int[] ids = task.getContext().stream().mapToInt(Integer::intValue).toArray();
    Hash prompt =
        Digests.promptHash(
            Wire.bytes(task.getPromptSalt()), Arrays.copyOf(ids, task.getPromptLength()));
    List<Hash> outputs = new ArrayList<>();
    for (int segment = 1; segment < cuts.size(); segment++) {
      outputs.add(
          Digests.outputHash(Arrays.copyOfRange(ids, cuts.get(segment - 1), cuts.get(segment))));
    }
    return Digests.contextHash(prompt, outputs);
  }
}
