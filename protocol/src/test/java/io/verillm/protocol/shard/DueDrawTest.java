package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ParametersSet;
import io.verillm.events.RequestInput;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn is drawn when it is due, and a request ends where it cannot be. */
class DueDrawTest {
  private static final TestRequest REQUEST = TestRequest.standard();

  private final ShardBed bed = new ShardBed(12, hasty()).request(REQUEST);

  private static Parameters hasty() {
    return Parameters.of(
        ParametersSet.newBuilder(Parameters.demo().toEvent())
            .setPrefillTicks(6)
            .setSegmentTicks(20)
            .build());
  }

  /** The coordinator's answers, but for the first draw of one kind. */
  private static final class Waiting implements Secrets {
    private final Secrets all;
    private final byte[] kind;
    private boolean waited;

    Waiting(Secrets all, String kind) {
      this.all = all;
      this.kind = kind.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<VrfProof> prove(byte[] alpha) {
      // The kind is the first field, behind four bytes of length.
      boolean asked = Arrays.equals(alpha, 4, 4 + kind.length, kind, 0, kind.length);
      if (asked && !waited) {
        waited = true;
        return Optional.empty();
      }
      return all.prove(alpha);
    }

    @Override
    public Optional<String> author(
        String requestId, int segment, int attempt, List<String> candidates) {
      return all.author(requestId, segment, attempt, candidates);
    }

    @Override
    public Optional<Boolean> isLast(String requestId, int segment) {
      return all.isLast(requestId, segment);
    }

    @Override
    public Optional<RequestInput> input(String requestId) {
      return all.input(requestId);
    }

    @Override
    public Optional<Output> output(String requestId, int segment) {
      return all.output(requestId, segment);
    }

    @Override
    public byte[] nonce(Hash taskId) {
      return all.nonce(taskId);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"committee", "challenge"})
  void shouldNotTakeALaterDrawForOneThatWasDue(String kind) {
    bed.run();
    Shard audit = new Shard(ShardBed.TOPICS, 0, new Waiting(bed.secrets, kind));

    List<Effect> effects =
        bed.log.all(ShardBed.TOPICS.spine()).stream()
            .map(record -> audit.apply(record, bed.log))
            .flatMap(List::stream)
            .toList();

    assertThat(ShardBed.published(effects, Challenge.class)).isEmpty();
    assertThat(ShardBed.published(effects, Verdict.class)).isEmpty();
    assertThat(audit.view().openCases()).isEqualTo(1);
  }

  @Test
  void shouldSayWhichRequestsADrawIsKeptBackFrom() {
    bed.turn(1);
    // Both attempts and a check, twice.
    int longest = 2 * (2 * (6 + 20) + 6);
    Shard audit = new Shard(ShardBed.TOPICS, 0, Audits.published(List.of()));
    bed.pass(longest - 1);
    apply(audit, 0);
    assertThat(audit.view().overdue()).isEmpty();

    int read = bed.log.all(ShardBed.TOPICS.spine()).size();
    bed.pass(1);
    apply(audit, read);

    assertThat(audit.view().overdue()).containsExactly(REQUEST.id());
  }

  private void apply(Shard audit, int from) {
    List<SignedRecord> spine = bed.log.all(ShardBed.TOPICS.spine());
    spine.subList(from, spine.size()).forEach(record -> audit.apply(record, bed.log));
  }

  @Test
  void shouldEndARequestWhoseOutputTheCoordinatorHasLost() {
    bed.turn(1);
    bed.turn(1);
    bed.secrets.outputs.clear();
    bed.run();

    Verdict last = bed.published(Verdict.class).getLast();
    assertThat(last.getLast()).isTrue();
    assertThat(last.getOutcome()).isEqualTo(VerdictOutcome.INCONCLUSIVE);
    assertThat(last.getReason()).isEqualTo("OUTPUT_LOST");
    assertThat(last.getProofs()).hasSize(1 + 3);
    SettleCase settled = bed.published(SettleCase.class).getLast();
    assertThat(settled.getPayments())
        .as("a veto has a price, and who committed has done its work")
        .hasSize(3)
        .allSatisfy(p -> assertThat(p.getKind()).isEqualTo(SettlementKinds.FEE));
    assertThat(settled.getSlashes()).isEmpty();
    assertThat(bed.published(Challenge.class)).isEmpty();
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }
}
