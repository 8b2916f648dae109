package io.verillm.protocol.money;

import org.apache.avro.specific.SpecificRecord;

/**
 * An answer to {@code ReserveEscrow} or {@code ReserveBond} and where it goes.
 *
 * @param shard partition of shard-inputs that waits for it
 * @param decision the answer
 */
public record EscrowAnswer(int shard, SpecificRecord decision) {}
