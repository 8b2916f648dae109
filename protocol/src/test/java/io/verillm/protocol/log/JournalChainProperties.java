package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.JournalEntry;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class JournalChainProperties {
  private static final int SHARD = 3;

  @Property(tries = 50)
  void everyEntryDescribesItsRecordAndFollowsTheOneBefore(@ForAll long seed) {
    List<SignedRecord> records = records(seed, 12);
    List<byte[]> journal = journal(records);
    JournalChain chain = JournalChain.start(SHARD);

    for (int i = 0; i < journal.size(); i++) {
      JournalEntry entry = chain.check(journal.get(i)).sound().orElseThrow();
      assertThat(JournalChain.describes(entry, records.get(i)).refusal()).isEmpty();
      assertThat(entry.getAccepted()).isEqualTo(entry.getReason().isEmpty());
      chain = chain.after(journal.get(i));
    }
  }

  @Property(tries = 100)
  void everyDroppedEntryIsFound(@ForAll long seed, @ForAll @IntRange(max = 10) int victim) {
    List<byte[]> journal = journal(records(seed, 12));

    journal.remove(victim);

    assertThat(firstFault(journal)).contains(LogFault.WRONG_SEQUENCE);
  }

  @Property(tries = 100)
  void everyTwoSwappedEntriesAreFound(
      @ForAll long seed,
      @ForAll @IntRange(max = 11) int one,
      @ForAll @IntRange(max = 10) int distance) {
    List<byte[]> journal = journal(records(seed, 12));

    Collections.swap(journal, one, (one + 1 + distance) % 12);

    assertThat(firstFault(journal)).contains(LogFault.WRONG_SEQUENCE);
  }

  @Property(tries = 200)
  void everyChangedByteIsFoundAtTheEntryOrTheNext(
      @ForAll long seed, @ForAll @IntRange(max = 10) int victim) {
    Random random = new Random(seed);
    List<byte[]> journal = journal(records(seed, 12));
    byte[] changed = journal.get(victim).clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));

    journal.set(victim, changed);

    assertThat(firstFault(journal)).isPresent();
  }

  @Property(tries = 50)
  void anEntryDoesNotDescribeAnyOtherRecord(@ForAll long seed) {
    List<SignedRecord> records = records(seed, 2);
    JournalEntry entry = JournalChain.start(SHARD).entry(0, records.get(0), "");

    assertThat(JournalChain.describes(entry, records.get(1)).refusal())
        .contains(LogFault.WRONG_RECORD);
  }

  @Property(tries = 20)
  void anEntryOfAnotherShardIsFound(@ForAll long seed) {
    byte[] first = journal(records(seed, 1)).getFirst();

    assertThat(JournalChain.start(SHARD + 1).check(first).refusal()).contains(LogFault.WRONG_SHARD);
  }

  private static List<SignedRecord> records(long seed, int count) {
    Random random = new Random(seed);
    LogPartition partition = new LogPartition("votes", SHARD);
    List<SignedRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(RecordedLog.record(partition, i, random));
    }
    return records;
  }

  private static List<byte[]> journal(List<SignedRecord> records) {
    JournalChain chain = JournalChain.start(SHARD);
    List<byte[]> journal = new ArrayList<>();
    for (SignedRecord record : records) {
      String reason = record.offset() % 3 == 1 ? "late" : "";
      byte[] value = EventCodec.encode(chain.entry(7, record, reason));
      journal.add(value);
      chain = chain.after(value);
    }
    return journal;
  }

  private static Optional<LogFault> firstFault(List<byte[]> journal) {
    JournalChain chain = JournalChain.start(SHARD);
    for (byte[] value : journal) {
      Optional<LogFault> fault = chain.check(value).refusal();
      if (fault.isPresent()) {
        return fault;
      }
      chain = chain.after(value);
    }
    return Optional.empty();
  }
}
