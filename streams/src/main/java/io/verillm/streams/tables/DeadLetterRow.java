package io.verillm.streams.tables;

import io.verillm.streams.tables.TableBatch.Origin;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedRecords;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The row of a dead letter. Its headers are the app's word, which nobody signs; its key is what
 * somebody sent. So all of it is text to look at, and numbers that do not parse are -1.
 */
final class DeadLetterRow {
  private DeadLetterRow() {}

  static void add(TableBatch batch, Origin origin, ConsumerRecord<byte[], byte[]> letter) {
    byte[] key = letter.key();
    batch.add(
        "dead_letters",
        origin,
        header(letter, DeadLetters.ORIGIN_TOPIC_HEADER),
        (int) number(header(letter, DeadLetters.ORIGIN_PARTITION_HEADER)),
        number(header(letter, DeadLetters.ORIGIN_OFFSET_HEADER)),
        RecordKeys.readable(key == null ? new byte[0] : key),
        header(letter, SignedRecords.SIGNER_HEADER),
        header(letter, DeadLetters.REASON_HEADER),
        header(letter, DeadLetters.DETAIL_HEADER));
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
