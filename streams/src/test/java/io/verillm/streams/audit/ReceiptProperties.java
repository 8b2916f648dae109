package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Receipt;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.receipt.NoReceipt;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptFinding;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptRule;
import io.verillm.protocol.receipt.ReceiptVerifier;
import io.verillm.streams.audit.ReceiptBytes.Field;
import io.verillm.streams.audit.RecordedRun.Incident;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;

/** No byte of a receipt can change: every one is bound by a signature or by the tree. */
class ReceiptProperties {
  private static final int RECEIPTS_MAX = 12;
  private static final DecryptionKey REQUESTER = RunKeys.reader(Signers.REQUESTER);

  /**
   * One of each kind: plain, of two rounds, handed over, flag, dispute, private, no worker, exposed
   * task, and what else may happen.
   */
  private static final List<Receipt> RECEIPTS =
      Stream.concat(
              Stream.of(
                  Receipts.of(0),
                  Receipts.of(1),
                  Receipts.of(2),
                  of(RecordedRun.flagged(), RecordedRun.privateOfFlagged(), 1),
                  of(RecordedRun.ofDisputed(), RecordedRun.privateOfDisputed(), 0),
                  of(RecordedRun.ofPrivate(), RecordedRun.privateOfPrivate(), 1),
                  of(RecordedRun.ofWaited(), RecordedRun.privateOfWaited(), 0),
                  of(RecordedRun.ofExposedTask(), RecordedRun.privateOfExposedTask(), 0)),
              Arrays.stream(Incident.values()).map(ReceiptProperties::of))
          .toList();

  private static final List<List<Field>> FIELDS = RECEIPTS.stream().map(ReceiptBytes::of).toList();

  private static Receipt of(Incident incident) {
    return of(RecordedRun.of(incident), RecordedRun.privateOf(incident), incident.request);
  }

  private static Receipt of(MemoryRecords run, MemoryRecords secret, int request) {
    try {
      return ReceiptExport.of(
          run,
          (topic, partition) ->
              secret.of(topic.name()).stream().filter(r -> r.partition() == partition).toList(),
          RecordedRun.id(request),
          Optional.of(REQUESTER));
    } catch (NoReceipt e) {
      throw new AssertionError(e);
    }
  }

  private static ReceiptReport verify(byte[] file) {
    return ReceiptVerifier.verify(
        file, Receipts.TOPICS, Optional.of(Receipts.COORDINATOR), Optional.of(REQUESTER));
  }

  @Example
  void everyKindIsVerifiedUnchanged() {
    assertThat(RECEIPTS).hasSize(RECEIPTS_MAX + 1);
    for (int i = 0; i < RECEIPTS.size(); i++) {
      assertThat(verify(ReceiptFile.write(RECEIPTS.get(i))).findings())
          .as("receipt %d", i)
          .isEmpty();
    }
  }

  /** Fields are drawn by their kind first, since nearly all bytes are rows. */
  @Property(tries = 120, shrinking = ShrinkingMode.OFF)
  void aChangedByteIsFoundByTheRuleThatBindsItsField(
      @ForAll @IntRange(max = RECEIPTS_MAX) int number,
      @ForAll long seed,
      @ForAll @ByteRange(min = 1) byte bits) {
    Random random = new Random(seed);
    Field field = drawn(FIELDS.get(number), random);
    byte[] changed = ReceiptFile.write(RECEIPTS.get(number));
    changed[field.start() + random.nextInt(field.end() - field.start())] ^= bits;

    List<ReceiptFinding> findings = verify(changed).findings();

    assertThat(findings)
        .as("receipt %d, %s", number, field)
        .anySatisfy(found -> assertThat(bindingOf(field)).contains(found.rule()))
        .allSatisfy(found -> assertThat(found.message()).isNotBlank());
    if (findings.stream().noneMatch(found -> found.rule() == ReceiptRule.FORMAT)
        && !field.record().equals("requestId")
        && !field.name().equals("length")) {
      assertThat(findings)
          .as("names %s", field)
          .anySatisfy(found -> {
            assertThat(bindingOf(field)).contains(found.rule());
            assertThat(found.record()).endsWith("(" + field.record() + ")");
          });
    }
  }

  private static Field drawn(List<Field> fields, Random random) {
    List<Field> held = fields.stream().filter(f -> f.end() > f.start()).toList();
    List<String> kinds = held.stream().map(Field::kind).distinct().toList();
    String kind = kinds.get(random.nextInt(kinds.size()));
    List<Field> alike = held.stream().filter(f -> f.kind().equals(kind)).toList();
    return alike.get(random.nextInt(alike.size()));
  }

  /** What must find it: the rule that the field is bound by, or that it is no receipt any more. */
  private static Set<ReceiptRule> bindingOf(Field field) {
    return switch (field.name()) {
      // Nearly always no receipt any more; some move the fields behind them and still decode.
      case "length" -> Set.of(ReceiptRule.values());
      case "requestId" -> Set.of(ReceiptRule.REQUEST, ReceiptRule.FORMAT);
      case "path" -> Set.of(ReceiptRule.INCLUSION);
      case "leaf" -> Set.of(ReceiptRule.INCLUSION, ReceiptRule.FORMAT);
      default ->
          field.record().startsWith("tasks")
              // Nobody signed a task of another name for this request.
              ? Set.of(ReceiptRule.SIGNATURE, ReceiptRule.REQUEST, ReceiptRule.FORMAT)
              : Set.of(ReceiptRule.SIGNATURE, ReceiptRule.FORMAT);
    };
  }

  /** Names lead to keys, topics and tables, and one that nobody has leads nowhere. */
  @Example
  void aChangedNameInAnEventIsFoundInEveryFieldOfText() {
    byte[] file = ReceiptFile.write(RECEIPTS.getFirst());
    Map<String, Field> firsts = new LinkedHashMap<>();
    ReceiptBytes.stringsOfEvents(RECEIPTS.getFirst()).stream()
        .filter(f -> f.end() > f.start())
        .forEach(f -> firsts.putIfAbsent(f.name(), f));

    assertThat(firsts).containsKeys("RosterEntry.worker", "SealedRange.topic");
    firsts
        .values()
        .forEach(name -> {
          byte[] changed = file.clone();
          changed[name.start()] ^= 0x20;
          assertThat(verify(changed).findings())
              .as("%s", name)
              .anySatisfy(found -> {
                assertThat(found.rule()).isIn(ReceiptRule.SIGNATURE, ReceiptRule.FORMAT);
                assertThat(found.record()).endsWith("(" + name.record() + ")");
              });
        });
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void aCutReceiptIsFound(@ForAll long seed) {
    byte[] file = ReceiptFile.write(RECEIPTS.getFirst());
    byte[] cut = Arrays.copyOf(file, new Random(seed).nextInt(file.length));

    assertThat(Receipts.verify(cut).findings())
        .extracting(ReceiptFinding::rule)
        .containsOnly(ReceiptRule.FORMAT);
  }
}
