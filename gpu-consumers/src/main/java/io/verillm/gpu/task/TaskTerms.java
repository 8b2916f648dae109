package io.verillm.gpu.task;

import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.Arrays;

/**
 * A task whose every field was checked.
 *
 * @param taskId the task
 * @param shard partition that commitments, openings and votes of this task go to
 * @param modelId the model
 * @param context token ids, 1 to positionLimit of them, shared
 * @param promptLength how many of them are prompt, at least one
 * @param promptSalt salts the prompt's hash
 * @param nonce salts the output tag
 * @param sampling how tokens are chosen
 * @param seed randomness of the sampling
 * @param positionLimit most positions of the trace
 * @param ahead tokens that may be decoded before Continue or Stop
 */
public record TaskTerms(
    Hash taskId,
    int shard,
    Hash modelId,
    int[] context,
    int promptLength,
    byte[] promptSalt,
    byte[] nonce,
    SamplingParameters sampling,
    Hash seed,
    int positionLimit,
    int ahead) {
  /** Most tokens that a task may ask to decode before Continue. */
  public static final int AHEAD_MAX = 64;

  /** Checks how the numbers relate. */
  public TaskTerms {
    if (context.length < 1 || context.length > positionLimit) {
      throw new IllegalArgumentException(
          "a context of %d tokens with a limit of %d positions"
              .formatted(context.length, positionLimit));
    }
    if (promptLength < 1 || promptLength > context.length) {
      throw new IllegalArgumentException(
          "a prompt of %d in a context of %d tokens".formatted(promptLength, context.length));
    }
    if (ahead < 0 || ahead > AHEAD_MAX) {
      throw new IllegalArgumentException("ahead is in 0..%d, not %d".formatted(AHEAD_MAX, ahead));
    }
    if (shard < 0) {
      throw new IllegalArgumentException("no shard " + shard);
    }
  }

  /**
   * Checks an event's fields.
   *
   * @throws InvalidTask with the first thing that is wrong
   */
  public static TaskTerms of(Task task) throws InvalidTask {
    try {
      return new TaskTerms(
          Wire.hash(task.getTaskId()),
          task.getShard(),
          Wire.hash(task.getModelId()),
          task.getContext().stream().mapToInt(Integer::intValue).toArray(),
          task.getPromptLength(),
          Wire.bytes(task.getPromptSalt()),
          Wire.bytes(task.getNonce()),
          new SamplingParameters(task.getTemperature(), task.getTopK(), task.getTopP()),
          Wire.hash(task.getSeed()),
          task.getPositionLimit(),
          task.getAhead());
    } catch (IllegalArgumentException e) {
      throw new InvalidTask(String.valueOf(e.getMessage()));
    }
  }

  /** The same over another context of the same prompt's length. */
  public TaskTerms withContext(int[] other) {
    return new TaskTerms(
        taskId,
        shard,
        modelId,
        other,
        promptLength,
        promptSalt,
        nonce,
        sampling,
        seed,
        positionLimit,
        ahead);
  }

  /** Whether the context already holds (a part of) an answer. */
  public boolean endsInAnswer() {
    return context.length > promptLength;
  }

  /** The hash that a PREFILL seals as its output: all ids behind the prompt. */
  public Hash answerHash() {
    return Digests.outputHash(Arrays.copyOfRange(context, promptLength, context.length));
  }
}
