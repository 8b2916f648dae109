package io.verillm.protocol.shard;

/**
 * What a party put down to dispute a provisional verdict.
 *
 * @param granted whether the ledger holds it; before its answer nothing is decided
 */
record Bond(boolean granted) {}
