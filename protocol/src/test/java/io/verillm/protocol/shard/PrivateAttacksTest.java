package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.MemberDecision;
import io.verillm.events.Opening;
import io.verillm.events.OpeningReader;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Attacks on a private request: envelopes that do not show every reader the same. */
class PrivateAttacksTest {
  private static final TestRequest ONE = TestRequest.standard();
  private static final byte[] SECRET = HashInput.of("secret").hash().bytes();

  private final ShardBed bed = new ShardBed(12);

  PrivateAttacksTest() {
    bed.secrets.reader = Optional.of(key(Signers.COORDINATOR));
    Stream.concat(
            Stream.of(Signers.COORDINATOR),
            IntStream.rangeClosed(1, 12).mapToObj("w-%02d"::formatted).map(Signers::worker))
        .forEach(party ->
            bed.registry(
                party, new EncryptionKeyRegistered(party, Wire.buffer(publicKey(party).bytes()))));
    bed.apply();
    workers().forEach(worker -> bed.worker(worker).said = this::sealed);
  }

  private static Stream<String> workers() {
    return IntStream.rangeClosed(1, 12).mapToObj("w-%02d"::formatted);
  }

  private static DecryptionKey key(String party) {
    return DecryptionKey.fromSeed(HashInput.of("reader").add(party).hash().bytes());
  }

  private static EncryptionKey publicKey(String party) {
    return key(party).publicKey();
  }

  /** Plays the request in private mode; the workers' envelopes are made as they like. */
  private Verdict verdict() {
    bed.request(
        ONE,
        Accepted.newBuilder(ONE.accepted())
            .setEncryptionKey(Wire.buffer(publicKey(Signers.REQUESTER).bytes()))
            .build());
    bed.run();
    return bed.published(Verdict.class).getLast();
  }

  private SortedMap<String, EncryptionKey> readers(Opening opening) {
    TreeMap<String, EncryptionKey> readers = new TreeMap<>();
    Stream.concat(
            Stream.of(Signers.REQUESTER, Signers.COORDINATOR),
            PrivateOpenings.workers(challenge(opening)).stream().map(Signers::worker))
        .forEach(party -> readers.put(party, publicKey(party)));
    return readers;
  }

  private Challenge challenge(Opening opening) {
    return bed.published(Challenge.class).stream()
        .filter(c -> c.getRound() == opening.getRound() && c.getPart() == opening.getPart())
        .findFirst()
        .orElseThrow();
  }

  private PrivateOpening sealed(Opening opening) {
    return PrivateOpenings.seal(SECRET, opening, readers(opening));
  }

  /** The same envelope with another wrap for one reader. */
  private static PrivateOpening rewrapped(
      PrivateOpening sound, String reader, UnaryOperator<byte[]> change) {
    List<OpeningReader> wraps =
        sound.getReaders().stream()
            .map(r ->
                r.getName().equals(reader)
                    ? new OpeningReader(reader, Wire.buffer(change.apply(Wire.bytes(r.getWrap()))))
                    : r)
            .toList();
    return PrivateOpening.newBuilder(sound).setReaders(wraps).build();
  }

  private static byte[] wrapOf(PrivateOpening envelope, String reader) {
    return envelope.getReaders().stream()
        .filter(r -> r.getName().equals(reader))
        .map(r -> Wire.bytes(r.getWrap()))
        .findFirst()
        .orElseThrow();
  }

  /** A member of the first round that is not the author makes its envelope so. */
  private void checkerSays(BiFunction<Opening, String, PrivateOpening> envelope) {
    workers()
        .forEach(worker ->
            bed.worker(worker).said =
                opening ->
                    isLiar(opening) ? envelope.apply(opening, other(opening)) : sealed(opening));
  }

  private boolean isLiar(Opening opening) {
    return opening.getWorker().equals(checkers(opening).getFirst());
  }

  /** Who cannot read the liar's envelope. */
  private String other(Opening opening) {
    return Signers.worker(checkers(opening).getLast());
  }

  private List<String> checkers(Opening opening) {
    return challenge(opening).getRoster().stream()
        .filter(e -> e.getRole() == RosterRole.CHECKER && e.getRound() == 1)
        .map(RosterEntry::getWorker)
        .toList();
  }

  private static VerdictMember member(Verdict verdict, MemberDecision decision) {
    return verdict.getMembers().stream()
        .filter(m -> m.getDecision() == decision)
        .findFirst()
        .orElseThrow();
  }

  private void assertSlashed(String worker, String kind) {
    assertThat(bed.published(SettleCase.class).getLast().getSlashes())
        .singleElement()
        .satisfies(slash -> {
          assertThat(slash.getWorker()).isEqualTo(worker);
          assertThat(slash.getKind()).isEqualTo(kind);
        });
  }

  @Test
  void shouldDecideAboutSoundEnvelopesAsAboutOpenings() {
    Verdict verdict = verdict();

    assertThat(verdict.getReason()).isEqualTo("ALL_ACCEPT");
    assertThat(bed.refusals()).isEmpty();
  }

  @Test
  void shouldTakeStakeForAnEnvelopeThatOneReaderCannotOpen() {
    checkerSays((opening, other) -> rewrapped(sealed(opening), other, PrivateAttacksTest::broken));

    Verdict verdict = verdict();

    assertThat(bed.refusals()).containsOnly(Refusal.DOES_NOT_FIT_SEAL);
    VerdictMember liar = member(verdict, MemberDecision.FAULT);
    assertThat(liar.getReason()).isEqualTo("OPENING");
    assertSlashed(liar.getWorker(), SettlementKinds.SLASH_OPENING);
  }

  private static byte[] broken(byte[] wrap) {
    wrap[wrap.length - 1] ^= 1;
    return wrap;
  }

  @Test
  void shouldTakeStakeForAnEnvelopeWithAReaderTooMany() {
    checkerSays((opening, other) -> {
      TreeMap<String, EncryptionKey> more = new TreeMap<>(readers(opening));
      more.put("somebody", publicKey("somebody"));
      return PrivateOpenings.seal(SECRET, opening, more);
    });

    Verdict verdict = verdict();

    assertThat(bed.refusals()).containsOnly(Refusal.DOES_NOT_FIT_SEAL);
    assertSlashed(member(verdict, MemberDecision.FAULT).getWorker(), SettlementKinds.SLASH_OPENING);
  }

  @Test
  void shouldRejectAnAuthorThatHasAnotherOpeningForTheCoordinatorThanForItsCheckers() {
    bed.worker("w-01").said =
        opening -> {
          Opening other = Opening.newBuilder(opening).setSalt(Wire.buffer(SECRET)).build();
          byte[] wrap = wrapOf(sealed(other), Signers.COORDINATOR);
          PrivateOpening mixed = rewrapped(sealed(opening), Signers.COORDINATOR, sound -> wrap);
          // No reader takes it for one, so nobody votes on what the others were not shown.
          readers(opening)
              .keySet()
              .forEach(reader ->
                  assertThat(PrivateOpenings.open(mixed, key(reader), reader, readers(opening)))
                      .isEmpty());
          return mixed;
        };

    Verdict verdict = verdict();

    assertThat(verdict.getOutcome() + " " + verdict.getReason()).isEqualTo("REJECTED UNAVAILABLE");
    assertSlashed("w-01", SettlementKinds.SLASH_AUTHOR);
  }

  @Test
  void shouldTakeNoPublicOpeningOfAPrivateRequest() {
    workers()
        .forEach(worker ->
            bed.worker(worker).said = opening -> isLiar(opening) ? opening : sealed(opening));

    Verdict verdict = verdict();

    assertThat(bed.refusals()).containsOnly(Refusal.WRONG_MODE);
    VerdictMember liar = member(verdict, MemberDecision.SILENT);
    assertSlashed(liar.getWorker(), SettlementKinds.SLASH_OPENING);
  }

  @Test
  void shouldTakeNoPrivateOpeningOfAPublicRequest() {
    bed.request(ONE);
    workers()
        .forEach(worker ->
            bed.worker(worker).said = opening -> isLiar(opening) ? sealed(opening) : opening);
    bed.run();
    Verdict verdict = bed.published(Verdict.class).getLast();

    assertThat(bed.refusals()).containsOnly(Refusal.WRONG_MODE);
    assertSlashed(
        member(verdict, MemberDecision.SILENT).getWorker(), SettlementKinds.SLASH_OPENING);
  }
}
