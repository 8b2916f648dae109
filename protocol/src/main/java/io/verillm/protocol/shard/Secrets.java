package io.verillm.protocol.shard;

import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.envelope.EncryptionKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What deciding needs and the public learns only later. The live coordinator answers from its keys
 * and its private topics, an audit from the openings that the log came to hold.
 */
public interface Secrets {
  /**
   * The coordinator's VRF proof over a draw's input; empty in an audit that finds none on the log.
   */
  Optional<VrfProof> prove(byte[] alpha);

  /**
   * The author of one attempt at a segment, chosen by load. Asked again, the same answer.
   *
   * @param candidates workers that may author, sorted
   * @return empty where none is known
   */
  Optional<String> author(String requestId, int segment, int attempt, List<String> candidates);

  /**
   * Whether the answer ends with a segment that is finished; otherwise another worker goes on. Only
   * the coordinator knows before the challenge: who knew could tell an author from a checker.
   *
   * @return empty where nothing is known
   */
  Optional<Boolean> isLast(String requestId, int segment);

  /**
   * What opens the input seal of an accepted request.
   *
   * @return empty where nothing is known
   */
  Optional<RequestInput> input(String requestId);

  /**
   * The segment's output as the coordinator received it.
   *
   * @return empty where nothing is known
   */
  Optional<Output> output(String requestId, int segment);

  /**
   * A segment's output.
   *
   * @param size where the segment ends, in positions, prompt included
   * @param outputHash hash of the segment's ids
   * @param answerHash hash of all ids behind the prompt up to the segment's end
   */
  record Output(int size, Hash outputHash, Hash answerHash) {}

  /** Nonce of a task. */
  byte[] nonce(Hash taskId);

  /**
   * The opening in an envelope of private mode.
   *
   * @param readers who must be able to read it
   */
  default PrivateReading open(PrivateOpening event, SortedMap<String, EncryptionKey> readers) {
    return new PrivateReading.NoReader();
  }

  /** What became of an envelope. */
  sealed interface PrivateReading {
    /** It is sound for all of its readers. */
    record Opened(Opening opening) implements PrivateReading {}

    /** It is not what sealing an opening for these readers gives: its maker's fault. */
    record Unsound() implements PrivateReading {}

    /** Whoever decides again here is no party of the request. */
    record NoReader() implements PrivateReading {}
  }
}
