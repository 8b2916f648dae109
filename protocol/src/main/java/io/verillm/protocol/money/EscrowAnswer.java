package io.verillm.protocol.money;

import io.verillm.events.EscrowDecided;

/**
 * An answer to {@code ReserveEscrow} and where it goes.
 *
 * @param shard partition of shard-inputs that waits for it
 * @param decision the answer
 */
public record EscrowAnswer(int shard, EscrowDecided decision) {}
