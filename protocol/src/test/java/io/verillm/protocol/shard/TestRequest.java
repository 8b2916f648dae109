package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A request and the answer that everybody gives to it: ids count up from the prompt's first.
 *
 * @param number makes the id
 * @param prompt positions of the prompt
 * @param output tokens of the answer
 * @param checkers members of round 1
 */
record TestRequest(int number, int prompt, int output, int checkers) {
  static final int MAX_TOKENS = 100;
  static final long PRICE = 10_000;
  static final String REQUESTER = "requester:0123456789abcdef";
  private static final byte[] SALT = {7};

  static TestRequest standard() {
    return new TestRequest(1, 4, 56, 3);
  }

  String id() {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number).toString();
  }

  int size() {
    return prompt + output;
  }

  int token(int position) {
    return 1_000 * number + position;
  }

  private int[] tokens(int from, int to) {
    return IntStream.range(from, to).map(this::token).toArray();
  }

  Hash promptHash() {
    return Digests.promptHash(SALT, tokens(0, prompt));
  }

  Hash outputHash() {
    return Digests.outputHash(tokens(prompt, size()));
  }

  Accepted accepted() {
    return new Accepted(
        id(),
        Wire.buffer(new byte[32]),
        REQUESTER,
        Wire.buffer(promptHash()),
        prompt,
        Wire.buffer(TestModel.ID),
        0.0,
        1,
        1.0,
        Wire.buffer(new byte[32]),
        MAX_TOKENS,
        checkers,
        PRICE,
        2 * PRICE,
        Wire.buffer(new byte[32]),
        Wire.buffer(new byte[0]));
  }
}
