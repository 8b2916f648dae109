package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LogTreeProperties {
  private static final VerifyKey COORDINATOR =
      SigningKey.fromSeed(new byte[SigningKey.SEED_LENGTH]).publicKey();

  /** The checkpoints of the seals over these epochs, and the tree that proves them. */
  private static List<Checkpoint> grow(LogTree tree, List<EpochRecords> epochs) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    SealState state = SealState.start(RecordedLog.PARTITIONS);
    for (EpochRecords records : epochs) {
      Seal seal = state.seal(records, RecordedLog.TIME_MILLIS);
      state = SealCheck.check(state, EventCodec.encode(seal), records).sound().orElseThrow();
      tree.append(records);
      checkpoints.add(Checkpoint.of(seal, COORDINATOR));
    }
    return checkpoints;
  }

  @Property(tries = 40)
  void everyRecordIsProvedInEveryCheckpointFromItsSealOn(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int number) {
    LogTree tree = new LogTree();
    List<EpochRecords> epochs = RecordedLog.epochs(seed, number);
    List<Checkpoint> checkpoints = grow(tree, epochs);

    for (int sealed = 0; sealed < number; sealed++) {
      int epoch = sealed;
      epochs
          .get(epoch)
          .leaves()
          .forEach((partition, leaves) ->
              leaves.forEach(leaf -> {
                for (int later = 0; later < number; later++) {
                  Checkpoint checkpoint = checkpoints.get(later);
                  if (later < epoch) {
                    assertThatIllegalArgumentException()
                        .isThrownBy(
                            () -> tree.inclusion(partition, leaf.offset(), checkpoint.size()));
                  } else {
                    InclusionProof proof =
                        tree.inclusion(partition, leaf.offset(), checkpoint.size());
                    assertThat(proof.verify(leaf.recordHash(), checkpoint)).isTrue();
                    assertThat(proof.verify(Hashing.hash("other"), checkpoint)).isFalse();
                  }
                }
              }));
    }
  }

  @Property(tries = 40)
  void everyCheckpointIsConsistentWithEveryLaterOne(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int number) {
    LogTree tree = new LogTree();
    List<Checkpoint> checkpoints = grow(tree, RecordedLog.epochs(seed, number));
    for (int i = 0; i < number; i++) {
      for (int j = i; j < number; j++) {
        Checkpoint earlier = checkpoints.get(i);
        Checkpoint later = checkpoints.get(j);
        ConsistencyProof proof = tree.consistency(earlier.size(), later.size());
        assertThat(proof.verify(earlier, later)).isTrue();
        assertThat(tree.agrees(later)).isTrue();
        Checkpoint forked =
            new Checkpoint(later.origin(), later.size(), new Hash(new byte[Hash.LENGTH]));
        assertThat(tree.agrees(forked)).isFalse();
        assertThat(proof.verify(earlier, forked)).isEqualTo(false);
        assertThat(
                proof.verify(
                    earlier, new Checkpoint("verillm/log/other", later.size(), later.root())))
            .isFalse();
      }
    }
  }
}
