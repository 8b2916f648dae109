package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.FlagKind;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSeal;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.vote.InputSeal;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * One request: a prompt that many ask, an id of its own.
 *
 * @param number counts up from 0
 * @param script which prompt
 * @param flag what the flag seal in it will open to
 * @param handovers how often its answer is to be handed over; a flag's author goes on alone
 */
record SimulatedRequest(long number, int script, FlagKind flag, int handovers) {
  static final String REQUESTER = "requester:0123456789abcdef";
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final byte[] PROMPT_SALT = {7};
  private static final int FLAG_SALT_BYTES = 16;

  /** A canonical version 7 id. */
  String id() {
    return uuid().toString();
  }

  UUID uuid() {
    return new UUID(0x0190_0000_0000_7000L | number >>> 32 << 16, 0x8000_0000_0000_0000L | number);
  }

  static Hash promptHash(World world, int script) {
    return Digests.promptHash(PROMPT_SALT, world.prompt(script));
  }

  /** How many authors share the answer. */
  int authors() {
    return flag == FlagKind.NONE ? handovers + 1 : 1;
  }

  Script asked() {
    return new Script(script);
  }

  byte[] flagSalt() {
    return java.util.Arrays.copyOf(
        HashInput.of("flag-salt").add(number).hash().bytes(), FLAG_SALT_BYTES);
  }

  long price() {
    return Parameters.price(asked().tokensMax(), SimulatedModel.PRICE_PER_TOKEN);
  }

  /** What the answer follows from; hidden until the challenge. */
  RequestInput input(Hash promptHash) {
    return new RequestInput(
        Wire.buffer(promptHash),
        asked().promptLength(),
        1.0,
        64,
        1.0,
        Wire.buffer(HashInput.of("seed").add(number).hash()),
        Wire.buffer(HashInput.of("input-salt").add(number).hash()));
  }

  Accepted accepted(RequestInput input, int checkers, long escrow) {
    return new Accepted(
        id(),
        Wire.buffer(HashInput.of("digest").add(number).hash()),
        REQUESTER,
        NOTHING,
        0,
        Wire.buffer(SimulatedModel.ID),
        0.0,
        0,
        0.0,
        NOTHING,
        asked().tokensMax(),
        checkers,
        price(),
        escrow,
        Wire.buffer(FlagSeal.of(uuid(), flag, flagSalt())),
        handovers,
        NOTHING,
        Wire.buffer(InputSeal.of(uuid(), input)));
  }
}
