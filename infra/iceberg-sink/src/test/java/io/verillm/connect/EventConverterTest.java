package io.verillm.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Commitment;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.EventSchemas;
import io.verillm.topics.Catalogue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class EventConverterTest {
  private static final Catalogue CATALOGUE = Catalogue.local();
  private static final String TOPIC = CATALOGUE.verdicts().name();

  private final EventConverter converter = new EventConverter();

  @Test
  void shouldHaveAShapeForEveryEventWithNamesInSmallLetters() {
    assertThat(EventSchemas.current())
        .allSatisfy(event ->
            assertThat(EventShape.of(event).schema().fields())
                .hasSameSizeAs(event.getFields())
                .allSatisfy(field -> assertThat(field.name()).matches("[a-z0-9]+")));
  }

  @Test
  void shouldTakeEveryFieldAlong() {
    Struct verdict = read(EventCodec.encode(Samples.verdict("r-1", "ACCEPTED")));

    assertThat(verdict.getString("requestid")).isEqualTo("r-1");
    assertThat(verdict.getString("outcome")).isEqualTo("ACCEPTED");
    assertThat(verdict.getBoolean("last")).isTrue();
    assertThat(verdict.getInt64("epoch")).isEqualTo(42);
    assertThat(verdict.getArray("tests")).isEqualTo(List.of("hash", "model"));
    Struct member = (Struct) verdict.getArray("members").getFirst();
    assertThat(member.getString("worker")).isEqualTo("w-01");
    assertThat(member.getBytes("taskid")).isEqualTo(new byte[] {1, 2, 3});
  }

  @Test
  void shouldTakeWhatIsNotThereAsNull() {
    Commitment commitment = Samples.commitment();

    String topic = CATALOGUE.commitments().name();
    Struct absent = read(topic, EventCodec.encode(commitment));
    Struct present =
        read(
            topic,
            EventCodec.encode(
                Commitment.newBuilder(commitment)
                    .setOutputTag(ByteBuffer.wrap(new byte[] {9}))
                    .build()));

    assertThat(absent.get("outputtag")).isNull();
    assertThat(present.getBytes("outputtag")).isEqualTo(new byte[] {9});
  }

  @Test
  void shouldTakeARecordThatIsNotThereAsNull() {
    String topic = CATALOGUE.challenges().name();

    Struct absent = read(topic, EventCodec.encode(Samples.challenge(null)));
    Struct present = read(topic, EventCodec.encode(Samples.challenge(Samples.input())));

    assertThat(absent.get("input")).isNull();
    assertThat(present.getStruct("input").getInt32("promptlength")).isEqualTo(7);
  }

  @Test
  void shouldReadOldVersionsAsTheCurrentOne() throws IOException {
    Struct verdict = read(firstVersionOf(Samples.verdict("r-1", "REJECTED")));

    assertThat(verdict.getString("requestid")).isEqualTo("r-1");
    assertThat(verdict.getInt32("segments")).isEqualTo(1);
  }

  @Test
  void shouldLeaveOutWhatIsNoEvent() {
    assertThat(converter.toConnectData(TOPIC, new byte[] {1, 2, 3})).isEqualTo(SchemaAndValue.NULL);
    assertThat(converter.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
    assertThatThrownBy(() -> converter.fromConnectData(TOPIC, null, "text"))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> converter.configure(Map.of(), true))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void shouldTakeFromEachTopicWhatTheCatalogueSaysThatItHolds() {
    TopicEvents events = new TopicEvents();

    assertThat(CATALOGUE.all(List.of()))
        .filteredOn(topic -> !topic.events().isEmpty())
        .hasSizeGreaterThan(15)
        .allSatisfy(topic ->
            assertThat(EventSchemas.current())
                .allSatisfy(event ->
                    assertThat(events.belongs(topic.name(), event))
                        .as("%s on %s", event.getName(), topic)
                        .isEqualTo(topic.holds(event))));
  }

  @Test
  void shouldLeaveOutEventsThatBelongOnOtherTopics() {
    byte[] verdict = EventCodec.encode(Samples.verdict("r-1", "ACCEPTED"));

    assertThat(converter.toConnectData(CATALOGUE.votes().name(), verdict))
        .isEqualTo(SchemaAndValue.NULL);
    assertThat(converter.toConnectData(TOPIC, EventCodec.encode(Samples.commitment())))
        .isEqualTo(SchemaAndValue.NULL);
  }

  @Test
  void shouldRefuseTopicsThatHoldNoEvents() {
    byte[] verdict = EventCodec.encode(Samples.verdict("r-1", "ACCEPTED"));

    assertThat(List.of(CATALOGUE.deadLetters().name(), "another-topic"))
        .allSatisfy(topic ->
            assertThatThrownBy(() -> converter.toConnectData(topic, verdict))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(topic));
  }

  private Struct read(byte[] value) {
    return read(TOPIC, value);
  }

  private Struct read(String topic, byte[] value) {
    SchemaAndValue read = converter.toConnectData(topic, value);
    Struct struct = (Struct) read.value();
    struct.validate();
    assertThat(struct.schema()).isEqualTo(read.schema());
    return struct;
  }

  /** The bytes that a build before the last change of this event wrote. */
  private static byte[] firstVersionOf(org.apache.avro.specific.SpecificRecord event)
      throws IOException {
    Schema first = EventSchemas.history(event.getSchema().getName()).getFirst();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        ByteBuffer.allocate(10)
            .putShort((short) 0xC301)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SchemaNormalization.parsingFingerprint64(first))
            .array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericData.Record>(first).write(older(event, first), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static GenericData.Record older(
      org.apache.avro.specific.SpecificRecord event, Schema first) {
    GenericData.Record record = new GenericData.Record(first);
    for (Schema.Field field : first.getFields()) {
      Object value = event.get(event.getSchema().getField(field.name()).pos());
      record.put(
          field.pos(),
          switch (field.schema().getType()) {
            case ENUM -> new GenericData.EnumSymbol(field.schema(), value.toString());
            case ARRAY ->
                ((List<?>) value)
                    .stream()
                        .map(item ->
                            item instanceof org.apache.avro.specific.SpecificRecord inner
                                ? older(inner, field.schema().getElementType())
                                : item)
                        .toList();
            default -> value;
          });
    }
    return record;
  }
}
