package io.verillm.protocol.shard;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Full names of the topics that a shard reads.
 *
 * @param spine shard-inputs; its offsets are the order of everything
 * @param registry registry; its records arrive as copies on the spine
 * @param seals seals, whose signatures the spine carries
 * @param cosignatures what witnesses say to seals; looked at where one is said to have withheld
 * @param accepted admitted requests
 * @param commitments commitments of workers
 * @param openings openings of workers
 * @param votes votes of workers
 * @param disputes what parties say against a case, or against the coordinator
 * @param flags opened flags
 * @param tasks full name of a worker's topic of tasks, whose records exposures repeat
 * @param journal journal; only how far seals cover it is looked at
 */
public record ShardTopics(
    String spine,
    String registry,
    String seals,
    String cosignatures,
    String accepted,
    String commitments,
    String openings,
    String votes,
    String disputes,
    String flags,
    UnaryOperator<String> tasks,
    String journal) {

  /**
   * Topics sealed by epochs, in the order in which one epoch's records are applied: causes first.
   */
  public List<String> sealed() {
    return List.of(accepted, commitments, openings, votes, disputes, flags);
  }
}
