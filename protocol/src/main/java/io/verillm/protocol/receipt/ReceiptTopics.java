package io.verillm.protocol.receipt;

import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.ShardTopics;

/**
 * Full names of the topics whose records a receipt holds.
 *
 * @param shard topics that a shard reads
 * @param requests signed requests
 * @param results what requesters see
 * @param challenges challenges
 * @param verdicts verdicts
 * @param ledgerCommands commands to the ledger
 * @param transfers what the ledger did
 */
public record ReceiptTopics(
    ShardTopics shard,
    String requests,
    String results,
    String challenges,
    String verdicts,
    String ledgerCommands,
    String transfers) {

  /** Where a shard's decisions go. */
  String of(Effect.Stream stream) {
    return switch (stream) {
      case CHALLENGES -> challenges;
      case VERDICTS -> verdicts;
      case FLAGS -> shard.flags();
      case LEDGER_COMMANDS -> ledgerCommands;
    };
  }

  /** Whether the topic has one partition for each shard. */
  boolean isSharded(String topic) {
    return !topic.equals(ledgerCommands) && !topic.equals(transfers);
  }
}
