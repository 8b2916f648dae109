package io.verillm.topics;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.Cosignature;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.JournalEntry;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.StakeChanged;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WitnessRemoved;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import java.util.List;

/**
 * Who takes part, and the order in which everything counts.
 *
 * @param registry workers, witnesses, the coordinator, models, calibrations, parameters. Never
 *     compacted: its records are sealed and replayed, and compaction would let a forger's later
 *     record remove the first registration of an id, which is the one that counts
 * @param seals seals of epochs
 * @param cosignatures what witnesses say to seals; every partition gets its copy of a cosignature,
 *     so that each shard sees for itself whether there is one
 * @param shardInputs what a shard decides from beside its own partitions; every partition gets its
 *     copy
 * @param journal the order in which each shard decided
 */
record LogTopics(
    Topic registry, Topic seals, Topic cosignatures, Topic shardInputs, Topic journal) {
  static LogTopics of(int shards) {
    return new LogTopics(
        TopicDraft.single("registry", TopicKey.SUBJECT)
            .from(Role.WORKER, Role.WITNESS, Role.COORDINATOR)
            .of(
                WorkerRegistered.getClassSchema(),
                WorkerReady.getClassSchema(),
                WitnessRegistered.getClassSchema(),
                CoordinatorRegistered.getClassSchema(),
                ModelRegistered.getClassSchema(),
                CalibrationPublished.getClassSchema(),
                ParametersSet.getClassSchema(),
                EncryptionKeyRegistered.getClassSchema()),
        TopicDraft.single("seals", TopicKey.EPOCH)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.SEALER)
            .of(Seal.getClassSchema()),
        TopicDraft.sharded("cosignatures", TopicKey.EPOCH, shards)
            .from(Role.WITNESS)
            .of(Cosignature.getClassSchema(), SealRefused.getClassSchema()),
        TopicDraft.sharded("shard-inputs", TopicKey.SHARD, shards)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX + TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.SEALER, Role.LEDGER, Role.COORDINATOR)
            .of(
                EpochClosed.getClassSchema(),
                WitnessRemoved.getClassSchema(),
                EscrowDecided.getClassSchema(),
                StakeChanged.getClassSchema(),
                RegistryUpdate.getClassSchema()),
        TopicDraft.sharded("journal", TopicKey.SHARD, shards)
            .from(Role.COORDINATOR)
            .of(JournalEntry.getClassSchema()));
  }

  List<Topic> all() {
    return List.of(registry, seals, cosignatures, shardInputs, journal);
  }
}
