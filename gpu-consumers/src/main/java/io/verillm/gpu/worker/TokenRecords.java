package io.verillm.gpu.worker;

import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.gpu.task.TokenSink;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a segment's tokens into numbered records, the same way each time, so that repeats repeat.
 */
final class TokenRecords implements TokenSink {
  private static final int TOKENS_PER_RECORD = 4;

  private final TaskTerms terms;
  private final String worker;
  private final Outbox outbox;
  private final List<Integer> waiting = new ArrayList<>();
  private int sequence;
  private int position;

  TokenRecords(TaskTerms terms, String worker, Outbox outbox) {
    this.terms = terms;
    this.worker = worker;
    this.outbox = outbox;
    this.position = terms.context().length;
  }

  @Override
  public void token(int position, int token) {
    waiting.add(token);
    if (waiting.size() == TOKENS_PER_RECORD) {
      send(TokensFinish.NONE);
    }
  }

  /** Sends the last record. */
  void finish(FinishReason reason) {
    send(TokensFinish.valueOf(reason.name()));
  }

  /** Sends a whole segment again from its trace. */
  void replay(Trace trace, int size, FinishReason reason) {
    for (int at = terms.context().length; at < size; at++) {
      token(at, trace.tokenId(at));
    }
    finish(reason);
  }

  private void send(TokensFinish finish) {
    outbox.tokens(
        terms.shard(),
        new Tokens(
            Wire.buffer(terms.taskId()),
            worker,
            sequence++,
            position,
            List.copyOf(waiting),
            finish));
    position += waiting.size();
    waiting.clear();
  }
}
