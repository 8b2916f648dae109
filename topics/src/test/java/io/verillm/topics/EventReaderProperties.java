package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

class EventReaderProperties {
  private static final Topic REGISTRY = Cluster.CATALOGUE.registry();

  @Property(tries = 1500)
  void shouldNameAnOutcomeForAnyBytes(
      @ForAll @Size(max = 40) byte[] key,
      @ForAll @Size(max = 80) byte[] value,
      @ForAll @Size(max = 20) byte[] signer,
      @ForAll @Size(max = 70) byte[] signature) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(SignedRecords.SIGNER_HEADER, signer);
    headers.add(SignedRecords.SIGNATURE_HEADER, signature);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            REGISTRY.name(),
            0,
            7,
            0L,
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            headers,
            Optional.empty());

    RegistrySnapshot.Applied applied = RegistrySnapshot.empty().apply(SignedRecords.from(record));

    assertThat(applied.refused()).isPresent();
    assertThat(applied.snapshot().nextOffset()).isEqualTo(8);
  }

  @Property(tries = 300)
  void shouldNotCountAnEventOfWhichOneBitWasChanged(
      @ForAll @IntRange(max = 10_000) int position, @ForAll @IntRange(max = 7) int bit) {
    byte[] value = EventCodec.encode(Cluster.coordinator());
    SignedRecord signed =
        new EventSigner("coordinator", Cluster.COORDINATOR)
            .sign(REGISTRY.name(), 0, RegistrySubject.of(Cluster.coordinator()), value);
    value[position % value.length] ^= (byte) (1 << bit);

    assertThat(RegistrySnapshot.empty().apply(signed).refused()).isPresent();
  }

  @Property(tries = 100)
  void shouldReadAHeaderThatIsNotTextAsNoSigner(@ForAll @Size(min = 1, max = 20) byte[] tail) {
    byte[] signer = new byte[tail.length + 1];
    signer[0] = (byte) 0xFF;
    System.arraycopy(tail, 0, signer, 1, tail.length);
    RecordHeaders headers = new RecordHeaders();
    headers.add(SignedRecords.SIGNER_HEADER, signer);

    SignedRecord record = SignedRecords.from("t", 0, 0, null, null, headers);

    assertThat(record.signer()).isEmpty();
    assertThat(record.signature()).isEmpty();
    assertThat(record.key()).isEmpty();
    assertThat(record.value()).isEmpty();
  }
}
