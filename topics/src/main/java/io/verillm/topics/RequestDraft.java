package io.verillm.topics;

import io.verillm.events.FlagKind;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.flag.FlagSeal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Everything a requester decides about one request. The same draft and key always make the same
 * record, so posting it again is harmless; keep the draft until it was posted.
 *
 * @param requestId canonical text of a version 7 UUID, see {@link RequestIds}
 * @param modelId the model asked for
 * @param prompt text
 * @param maxTokens most tokens to generate
 * @param temperature 0 takes the highest logit
 * @param topK candidates kept
 * @param topP nucleus inside the candidates
 * @param checkers committee size of round 1
 * @param handovers how often the generation may pass to another worker
 * @param budget most units that may be reserved
 * @param nonce 32 random bytes that fix the sampling seed together with key and id
 * @param flagSalt 32 random bytes in the flag seal of kind NONE
 * @param waitTicks longest wait for workers, in ticks of case time; 0: as long as the parameters
 *     say
 * @param reader the requester's key in private mode; empty for public mode
 */
public record RequestDraft(
    String requestId,
    Hash modelId,
    String prompt,
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    int checkers,
    int handovers,
    long budget,
    Hash nonce,
    Hash flagSalt,
    int waitTicks,
    Optional<EncryptionKey> reader) {

  /** Checkers of round 1 where nothing else is asked for. */
  public static final int CHECKERS_DEFAULT = 3;

  /** Hand-overs where nothing else is asked for. */
  public static final int HANDOVERS_DEFAULT = 1;

  /** Candidates kept where nothing else is asked for; also the most that the protocol allows. */
  public static final int TOP_K_DEFAULT = 64;

  /**
   * Refuses an id that nobody could admit. All else is judged by the coordinator, which answers
   * with a named reason.
   */
  public RequestDraft {
    if (RequestIds.parse(requestId).isEmpty()) {
      throw new IllegalArgumentException("not a version 7 UUID: '" + requestId + "'");
    }
  }

  /** A draft of public mode. */
  public RequestDraft(
      String requestId,
      Hash modelId,
      String prompt,
      int maxTokens,
      double temperature,
      int topK,
      double topP,
      int checkers,
      int handovers,
      long budget,
      Hash nonce,
      Hash flagSalt) {
    this(
        requestId,
        modelId,
        prompt,
        maxTokens,
        temperature,
        topK,
        topP,
        checkers,
        handovers,
        budget,
        nonce,
        flagSalt,
        0,
        Optional.empty());
  }

  /** The same in private mode: openings and results are encrypted to the request's parties. */
  public RequestDraft readBy(EncryptionKey key) {
    return with(waitTicks, Optional.of(key));
  }

  /** The same, which waits no longer for workers than so many ticks. */
  public RequestDraft waitingAtMost(int ticks) {
    return with(ticks, reader);
  }

  private RequestDraft with(int ticks, Optional<EncryptionKey> key) {
    return new RequestDraft(
        requestId,
        modelId,
        prompt,
        maxTokens,
        temperature,
        topK,
        topP,
        checkers,
        handovers,
        budget,
        nonce,
        flagSalt,
        ticks,
        key);
  }

  /** {@code H("flag", request id as 16 bytes, kind, salt)} for the kind NONE. */
  private Hash flagSeal() {
    return FlagSeal.of(UUID.fromString(requestId), FlagKind.NONE, flagSalt.bytes());
  }

  /** The event, for the requester with this key. */
  public Request request(VerifyKey requester) {
    return Request.newBuilder()
        .setRequestId(requestId)
        .setRequesterKey(ByteBuffer.wrap(requester.bytes()))
        .setNonce(ByteBuffer.wrap(nonce.bytes()))
        .setModelId(ByteBuffer.wrap(modelId.bytes()))
        .setPrompt(prompt)
        .setMaxTokens(maxTokens)
        .setTemperature(temperature)
        .setTopK(topK)
        .setTopP(topP)
        .setCheckers(checkers)
        .setHandovers(handovers)
        .setBudget(budget)
        .setFlagSeal(ByteBuffer.wrap(flagSeal().bytes()))
        .setWaitTicks(waitTicks)
        // Said, since Avro does not trust the class of a default before the codec was used.
        .setFlagClaims(List.of())
        .setEncryptionKey(ByteBuffer.wrap(reader.map(EncryptionKey::bytes).orElse(new byte[0])))
        .build();
  }
}
