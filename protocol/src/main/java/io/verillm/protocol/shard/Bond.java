package io.verillm.protocol.shard;

/**
 * What a party put down to dispute a provisional verdict.
 *
 * @param account who disputes, and pays
 * @param granted whether the ledger holds it; before its answer nothing is decided
 */
record Bond(String account, boolean granted) {}
