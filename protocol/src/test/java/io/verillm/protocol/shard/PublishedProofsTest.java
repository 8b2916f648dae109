package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PublishedProofsTest {
  private static ShardBed bed;
  private static Challenge genuine;

  @BeforeAll
  static void play() {
    bed = new ShardBed(5).request(TestRequest.standard()).run();
    genuine = bed.published(Challenge.class).getFirst();
  }

  private static PublishedProofs knowing(Challenge... challenges) {
    PublishedProofs proofs = new PublishedProofs(TestKeys.vrf("coordinator").publicKey());
    List.of(challenges).forEach(proofs::add);
    return proofs;
  }

  private static Challenge changed(Consumer<Challenge.Builder> change) {
    Challenge.Builder builder = Challenge.newBuilder(genuine);
    change.accept(builder);
    return builder.build();
  }

  private static Challenge withRoster(Consumer<RosterEntry.Builder> change) {
    return changed(c ->
        c.setRoster(
            genuine.getRoster().stream()
                .map(e -> {
                  RosterEntry.Builder builder = RosterEntry.newBuilder(e);
                  change.accept(builder);
                  return builder.build();
                })
                .toList()));
  }

  /** Whatever was published, applying the log again must not throw. */
  private static void assertDecidesLess(Challenge hostile) {
    List<Effect> again = bed.replay(knowing(hostile));
    assertThat(ShardBed.published(again, Verdict.class)).isEmpty();
  }

  @Test
  void shouldKnowNothingBeforeAnythingIsPublished() {
    PublishedProofs nothing = knowing();
    String id = TestRequest.standard().id();

    assertThat(nothing.prove(new byte[0])).isEmpty();
    assertThat(nothing.author(id, 0, 0, List.of("w-01"))).isEmpty();
    assertThat(nothing.output(id, 0)).isEmpty();
    assertThat(nothing.nonce(new Hash(new byte[32]))).isEmpty();
  }

  @Test
  void shouldTreatProofsThatProveNothingAsAbsent() {
    byte[] other = Wire.bytes(genuine.getProof());
    assertDecidesLess(withRoster(e -> e.setTaskProof(Wire.buffer(other))));
    assertDecidesLess(changed(c -> c.setCommitteeProof(Wire.buffer(other))));
    assertDecidesLess(changed(c -> c.setProof(genuine.getCommitteeProof())));
    assertDecidesLess(changed(c -> c.setProof(Wire.buffer(new byte[81]))));
  }

  @Test
  void shouldTreatFieldsOfAWrongLengthAsAbsent() {
    ByteBuffer one = ByteBuffer.wrap(new byte[] {1});
    assertDecidesLess(changed(c -> c.setProof(one)));
    assertDecidesLess(withRoster(e -> e.setTaskProof(one)));
    assertDecidesLess(changed(c -> c.setRequestId("no id")));
    bed.replay(knowing(withRoster(e -> e.setTaskId(one).setOutputHash(one).setNonce(one))));
  }

  @Test
  void shouldNotBelieveSizesThatTheRequestForbids() {
    for (int size : new int[] {Integer.MIN_VALUE, 0, 3, 105, Integer.MAX_VALUE}) {
      List<Effect> again = bed.replay(knowing(changed(c -> c.setEnds(List.of(size)))));
      assertThat(ShardBed.published(again, Challenge.class)).isEmpty();
      assertThat(ShardBed.published(again, Verdict.class))
          .extracting(Verdict::getReason)
          .containsExactly("OUTPUT_LOST");
    }
  }

  @Test
  void shouldNotBelieveInAnAuthorThatIsNotRegistered() {
    assertDecidesLess(withRoster(e -> e.setWorker("w-99")));
  }

  @Test
  void shouldFindTheProofThatHoldsBesideOneThatDoesNot() {
    PublishedProofs both = knowing(changed(c -> c.setProof(Wire.buffer(new byte[81]))), genuine);

    assertThat(ShardBed.bytes(bed.replay(both))).isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldKeepTheFirstOfTwoClaims() {
    PublishedProofs proofs = knowing(genuine, changed(c -> c.setEnds(List.of(61))));

    assertThat(proofs.output(genuine.getRequestId(), 0)).get().extracting("size").isEqualTo(60);
    assertThat(proofs.author(genuine.getRequestId(), 0, 0, List.of())).contains("w-01");
    assertThat(proofs.author(new UUID(1, 2).toString(), 0, 0, List.of())).isEmpty();
  }
}
