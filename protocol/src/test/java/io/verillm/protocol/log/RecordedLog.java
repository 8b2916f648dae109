package io.verillm.protocol.log;

import io.verillm.protocol.event.SignedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A made-up log: some epochs of records over a few partitions, with the gaps that transactions
 * leave.
 */
final class RecordedLog {
  static final List<LogPartition> PARTITIONS =
      List.of(
          new LogPartition("accepted", 0),
          new LogPartition("accepted", 1),
          new LogPartition("votes", 0),
          new LogPartition("votes", 10),
          new LogPartition("votes", 2));

  static final long TIME_MILLIS = 1_760_000_000_000L;

  private RecordedLog() {}

  /** Records of {@code epochs} epochs; the same seed makes the same log. */
  static List<EpochRecords> epochs(long seed, int epochs) {
    Random random = new Random(seed);
    Map<LogPartition, Long> next = new TreeMap<>();
    List<EpochRecords> log = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
      for (LogPartition partition : PARTITIONS) {
        List<LogLeaf> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          long offset = next.getOrDefault(partition, 0L) + random.nextInt(2);
          next.put(partition, offset + 1);
          list.add(LogLeaf.of(record(partition, offset, random)));
        }
        leaves.put(partition, list);
      }
      log.add(EpochRecords.of(leaves));
    }
    return log;
  }

  static SignedRecord record(LogPartition partition, long offset, Random random) {
    byte[] value = new byte[1 + random.nextInt(40)];
    random.nextBytes(value);
    return new SignedRecord(
        partition.topic(),
        partition.partition(),
        offset,
        new byte[8],
        value,
        "sealer",
        new byte[64]);
  }
}
