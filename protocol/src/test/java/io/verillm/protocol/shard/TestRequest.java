package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.RequestInput;
import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSeal;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.vote.InputSeal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A request and the answer that everybody gives to it: ids count up from the prompt's first.
 *
 * @param number makes the id
 * @param prompt positions of the prompt
 * @param output tokens of the answer
 * @param checkers members of round 1
 * @param cuts sizes at which the generation is handed over
 */
record TestRequest(int number, int prompt, int output, int checkers, List<Integer> cuts) {
  static final int MAX_TOKENS = 100;
  static final long PRICE = 10_000;
  static final String REQUESTER = Accounts.requester(TestKeys.signing("requester").publicKey());
  private static final byte[] SALT = {7};

  /** Written by one author. */
  TestRequest(int number, int prompt, int output, int checkers) {
    this(number, prompt, output, checkers, List.of());
  }

  /** As {@link #standard}, by two authors. */
  static TestRequest handedOver() {
    return new TestRequest(1, 4, 56, 3, List.of(31));
  }

  static TestRequest standard() {
    return new TestRequest(1, 4, 56, 3);
  }

  String id() {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number).toString();
  }

  long escrow() {
    return Parameters.demo().escrow(PRICE, checkers + cuts.size());
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

  int segments() {
    return cuts.size() + 1;
  }

  /** Size at which a segment ends; that of segment -1 is the prompt's. */
  int end(int segment) {
    return segment < 0 ? prompt : segment < cuts.size() ? cuts.get(segment) : size();
  }

  Hash outputHash(int segment) {
    return Digests.outputHash(tokens(end(segment - 1), end(segment)));
  }

  /** Over all tokens of the first segments. */
  Hash answerHash(int segments) {
    return Digests.outputHash(tokens(prompt, end(segments - 1)));
  }

  /** The task that the coordinator signs, with a context of so many segments. */
  Task task(Hash taskId, int segments) {
    return new Task(
        Wire.buffer(taskId),
        0,
        Wire.buffer(TestModel.ID),
        Arrays.stream(tokens(0, end(segments - 1))).boxed().toList(),
        prompt,
        Wire.buffer(SALT),
        Wire.buffer(new byte[32]),
        0.0,
        1,
        1.0,
        Wire.buffer(new byte[32]),
        4_096,
        4,
        Wire.buffer(new byte[0]));
  }

  /** What opens the seal in every test request if it is of kind BAD. */
  FlagOpening flagOpening(FlagKind kind) {
    return new FlagOpening(
        id(), kind, "int4", Wire.buffer(SALT), -1L, -1, Wire.buffer(new byte[0]));
  }

  /** What the answer follows from, with a salt of its own. */
  RequestInput input() {
    return new RequestInput(
        Wire.buffer(promptHash()),
        prompt,
        0.0,
        1,
        1.0,
        Wire.buffer(new byte[32]),
        Wire.buffer(HashInput.of("input-salt").add(number).hash()));
  }

  Accepted accepted() {
    return new Accepted(
        id(),
        Wire.buffer(new byte[32]),
        REQUESTER,
        Wire.buffer(new byte[0]),
        0,
        Wire.buffer(TestModel.ID),
        0.0,
        0,
        0.0,
        Wire.buffer(new byte[0]),
        MAX_TOKENS,
        checkers,
        PRICE,
        escrow(),
        Wire.buffer(FlagSeal.of(UUID.fromString(id()), FlagKind.BAD, SALT)),
        cuts.size(),
        Wire.buffer(new byte[0]),
        Wire.buffer(InputSeal.of(UUID.fromString(id()), input())));
  }
}
