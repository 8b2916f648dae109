package io.verillm.topics;

import io.verillm.protocol.event.SignedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a dead letter of a record that does not count: key, value and headers as they were, and
 * headers that say where it lay and why it was refused. Each is counted and logged once. Sending is
 * the caller's, so that the letter can be part of its transaction.
 */
public final class DeadLetters {
  public static final String ORIGIN_TOPIC_HEADER = "origin-topic";
  public static final String ORIGIN_PARTITION_HEADER = "origin-partition";
  public static final String ORIGIN_OFFSET_HEADER = "origin-offset";
  public static final String REASON_HEADER = "reason";
  public static final String DETAIL_HEADER = "detail";

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
  private static final int DETAIL_CHARS_MAX = 300;

  private final Topic topic;
  private final Counters counters;

  /** Letters to the catalogue's topic, counted here. */
  public DeadLetters(Catalogue catalogue, Counters counters) {
    this.topic = catalogue.deadLetters();
    this.counters = counters;
  }

  /** The letter for a record as it was consumed. */
  public ProducerRecord<byte[], byte[]> refuse(
      ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String detail) {
    SignedRecord signed = SignedRecords.from(record);
    return letter(List.of(record.headers().toArray()), signed, reason, detail);
  }

  /** The letter for a record whose other headers are not at hand. */
  public ProducerRecord<byte[], byte[]> refuse(
      SignedRecord record, DeadLetterReason reason, String detail) {
    return letter(SignedRecords.headers(record), record, reason, detail);
  }

  /** The letter for a refused reading. */
  public ProducerRecord<byte[], byte[]> refuse(Reading.Refused refused) {
    return refuse(refused.record(), refused.reason(), refused.detail());
  }

  private ProducerRecord<byte[], byte[]> letter(
      List<Header> original, SignedRecord record, DeadLetterReason reason, String detail) {
    String line = printable(detail);
    counters.increment(reason);
    log(record, reason, line);
    List<Header> headers = new ArrayList<>(original);
    headers.add(header(ORIGIN_TOPIC_HEADER, record.topic()));
    headers.add(header(ORIGIN_PARTITION_HEADER, Integer.toString(record.partition())));
    headers.add(header(ORIGIN_OFFSET_HEADER, Long.toString(record.offset())));
    headers.add(header(REASON_HEADER, reason.name()));
    headers.add(header(DETAIL_HEADER, line));
    return new ProducerRecord<>(topic.name(), null, record.key(), record.value(), headers);
  }

  private static void log(SignedRecord record, DeadLetterReason reason, String detail) {
    LOG.atWarn()
        .addKeyValue("reason", reason.name())
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("signer", printable(record.signer()))
        .addKeyValue("key", RecordKeys.readable(record.key()))
        .addKeyValue("detail", detail)
        .log("record refused");
  }

  // The text may come from whoever wrote the record: it must not forge lines of a log.
  private static String printable(String text) {
    String head = text.substring(0, Math.min(text.length(), DETAIL_CHARS_MAX));
    return head.replaceAll("[^\\p{Print}]", "?");
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
