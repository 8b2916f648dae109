package io.verillm.protocol.receipt;

import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.ShardTopics;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Full names of the topics whose records a receipt holds.
 *
 * @param shard topics that a shard reads
 * @param requests signed requests
 * @param results what requesters see
 * @param tasks the topic of one worker's tasks, by worker id
 * @param challenges challenges
 * @param verdicts verdicts
 * @param ledgerCommands commands to the ledger
 * @param transfers what the ledger did
 */
public record ReceiptTopics(
    ShardTopics shard,
    String requests,
    String results,
    UnaryOperator<String> tasks,
    String challenges,
    String verdicts,
    String ledgerCommands,
    String transfers) {

  /** Where a shard's decisions go. */
  String of(Effect.Stream stream) {
    return switch (stream) {
      case CHALLENGES -> challenges;
      case VERDICTS -> verdicts;
      case LEDGER_COMMANDS -> ledgerCommands;
    };
  }

  /** Whether the topic has one partition for each shard. */
  boolean isSharded(String topic) {
    return !topic.equals(ledgerCommands) && !topic.equals(transfers);
  }

  /** Topics of the sealed log that a receipt holds records of. */
  List<String> sealed() {
    return List.of(
        shard.spine(),
        shard.accepted(),
        shard.commitments(),
        shard.openings(),
        shard.votes(),
        challenges,
        verdicts,
        ledgerCommands,
        transfers);
  }
}
