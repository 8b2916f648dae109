package io.verillm.protocol.shard;

import java.util.List;

/**
 * Full names of the topics that a shard reads.
 *
 * @param spine shard-inputs; its offsets are the order of everything
 * @param registry registry; its records arrive as copies on the spine
 * @param seals seals, whose signatures the spine carries
 * @param accepted admitted requests
 * @param commitments commitments of workers
 * @param openings openings of workers
 * @param votes votes of workers
 * @param journal journal; only how far seals cover it is looked at
 */
public record ShardTopics(
    String spine,
    String registry,
    String seals,
    String accepted,
    String commitments,
    String openings,
    String votes,
    String journal) {

  /**
   * Topics sealed by epochs, in the order in which one epoch's records are applied: causes first.
   */
  public List<String> sealed() {
    return List.of(accepted, commitments, openings, votes);
  }
}
