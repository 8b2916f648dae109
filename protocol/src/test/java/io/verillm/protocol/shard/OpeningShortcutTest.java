package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.OpeningCheck.Result;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What others have shown of an equal trace is not hashed again. Whatever is wrong in an opening,
 * its check comes to the same with their openings at hand as with none.
 */
class OpeningShortcutTest {
  private static final String NOISY = "w-04";

  private final ShardBed bed = new ShardBed(4);
  private Challenge challenge;
  private CaseGround ground;
  private List<TestTask> members;
  private TestTask member;

  /** Checks that ended at what another had shown, and those that did not. */
  private int shared;

  private int hashed;

  @BeforeEach
  void challenge() {
    bed.worker(NOISY).noise = 1_000;
    bed.request(TestRequest.standard());
    for (int i = 0; bed.published(Challenge.class).isEmpty(); i++) {
      assertThat(i).as("turns until a challenge").isLessThan(40);
      bed.turn(1);
    }
    challenge = bed.published(Challenge.class).getFirst();
    ground = CaseGround.of(TestRequest.standard().accepted(), TestModel.registered(), challenge);
    members =
        challenge.getRoster().stream().map(e -> bed.tasks.get(Wire.hash(e.getTaskId()))).toList();
    assertThat(members).hasSize(4);
  }

  private List<io.verillm.protocol.draw.OpenedPosition> asked() {
    return challenge.getPositions().stream()
        .map(p -> new io.verillm.protocol.draw.OpenedPosition(p.getPosition(), p.getBoundary()))
        .toList();
  }

  private Result byHashing(Opening opening, Hash sealedRoot, int size) {
    return OpeningCheck.check(opening, sealedRoot, ground, size, asked());
  }

  /** What everybody else has opened, which fits. */
  private List<OpenedTask> others() {
    return members.stream()
        .filter(m -> m != member)
        .map(m -> byHashing(m.opening(challenge), m.seal(0).sealedRoot(), ground.size()))
        .map(result -> ((Result.Fits) result).task())
        .toList();
  }

  /** What its worker would have committed to, had it meant to open this; empty for no seal. */
  private static Optional<Hash> sealed(Opening o) {
    try {
      return Optional.of(
          new SealedCommitment(
                  Wire.hash(o.getTaskId()),
                  o.getWorker(),
                  Step.valueOf(o.getStep().name()),
                  Wire.hash(o.getTraceRoot()),
                  Wire.hash(o.getEvidenceRoot()),
                  o.getSize(),
                  Wire.hash(o.getOutputHash()),
                  FinishReason.valueOf(o.getFinishReason().name()),
                  o.getProfile(),
                  Wire.hash(o.getSalt()))
              .sealedRoot());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Under the member's own seal and under one of just these fields; where the trace is to have its
   * true size, and where that of the opening.
   */
  private void comesToTheSame(Stream<Opening> openings) {
    List<OpenedTask> others = others();
    openings.forEach(opening ->
        Stream.concat(Stream.of(member.seal(0).sealedRoot()), sealed(opening).stream())
            .distinct()
            .forEach(root ->
                IntStream.of(ground.size(), opening.getSize())
                    .distinct()
                    .forEach(size -> comesToTheSame(opening, root, size, others))));
  }

  private void comesToTheSame(Opening opening, Hash root, int size, List<OpenedTask> others) {
    Result result = OpeningCheck.check(opening, root, ground, size, asked(), others);
    assertThat(result).isEqualTo(byHashing(opening, root, size));
    if (result instanceof Result.Fits(OpenedTask task)
        && others.stream().anyMatch(other -> other.positions() == task.positions())) {
      shared++;
    } else {
      hashed++;
    }
  }

  private Opening honest() {
    return member.opening(challenge);
  }

  @Test
  void shouldHashNoOpeningThatAnEqualTraceHasShown() {
    for (TestTask each : members) {
      member = each;
      shared = 0;
      comesToTheSame(Stream.of(honest()));
      assertThat(shared).isEqualTo(member.assign.worker().equals(NOISY) ? 0 : 1);
    }
  }

  @Test
  void shouldComeToTheSameForEveryChangedField() {
    for (TestTask each : members) {
      member = each;
      Opening honest = honest();
      comesToTheSame(fields(honest));
      comesToTheSame(hashes(honest));
      comesToTheSame(evidence(honest));
      comesToTheSame(
          members.stream().flatMap(other -> ofAnother(honest, other.opening(challenge))));
    }
    assertThat(shared).isGreaterThan(10);
    assertThat(hashed).isGreaterThan(1_000);
  }

  @Test
  void shouldComeToTheSameForPositionsThatWereNotAsked() {
    for (TestTask each : members) {
      member = each;
      Opening honest = honest();
      comesToTheSame(
          lists(honest.getPositions(), member.opening(otherPart()).getPositions())
              .map(list -> with(honest, o -> o.setPositions(list))));
    }
    assertThat(shared).isZero();
  }

  @Test
  void shouldComeToTheSameForEveryChangedByteOfEveryPosition() {
    member =
        members.stream().filter(m -> !m.assign.worker().equals(NOISY)).findFirst().orElseThrow();
    Opening honest = honest();
    List<OpenedPosition> positions = honest.getPositions();
    comesToTheSame(
        IntStream.range(0, positions.size())
            .boxed()
            .flatMap(i ->
                changed(positions.get(i))
                    .map(to -> with(honest, o -> o.setPositions(replaced(positions, i, to))))));
    assertThat(shared).isZero();
    assertThat(hashed).isGreaterThan(2_000);
  }

  private static Opening with(Opening opening, Consumer<Opening.Builder> change) {
    Opening.Builder builder = Opening.newBuilder(opening);
    change.accept(builder);
    return builder.build();
  }

  private static Stream<Opening> fields(Opening honest) {
    int size = honest.getSize();
    Stream<Consumer<Opening.Builder>> changes =
        Stream.of(
            o -> o.setRequestId("another"),
            o -> o.setSegment(1),
            o -> o.setRound(2),
            o -> o.setPart(2),
            o -> o.setWorker("w-99"),
            o -> o.setSize(size - 1),
            o -> o.setSize(size + 1),
            o -> o.setSize(0),
            o -> o.setProfile("another-profile"));
    return Stream.of(
            changes,
            Stream.of(OpeningStep.values()).<Consumer<Opening.Builder>>map(s -> o -> o.setStep(s)),
            Stream.of(OpeningFinish.values())
                .<Consumer<Opening.Builder>>map(f -> o -> o.setFinishReason(f)))
        .flatMap(stream -> stream)
        .map(change -> with(honest, change));
  }

  private static Stream<Opening> hashes(Opening honest) {
    return Stream.of(
            changed(honest.getTaskId()).map(to -> with(honest, o -> o.setTaskId(to))),
            changed(honest.getTraceRoot()).map(to -> with(honest, o -> o.setTraceRoot(to))),
            changed(honest.getEvidenceRoot()).map(to -> with(honest, o -> o.setEvidenceRoot(to))),
            changed(honest.getOutputHash()).map(to -> with(honest, o -> o.setOutputHash(to))),
            changed(honest.getSalt()).map(to -> with(honest, o -> o.setSalt(to))))
        .flatMap(stream -> stream);
  }

  /** Evidence as it is not, with the root that it has and with the old one. */
  private static Stream<Opening> evidence(Opening honest) {
    byte[] whole = Wire.bytes(honest.getEvidence());
    int entry = EvidenceVector.ENTRY_LENGTH;
    byte[] longer = Arrays.copyOf(whole, whole.length + entry);
    System.arraycopy(whole, 0, longer, whole.length, entry);
    return Stream.concat(
            changed(honest.getEvidence()),
            Stream.of(ByteBuffer.wrap(Arrays.copyOf(whole, whole.length - entry)), buffer(longer)))
        .flatMap(to -> {
          Opening changed = with(honest, o -> o.setEvidence(to));
          int tokens = to.remaining() / entry - 1;
          int size = honest.getSize() + tokens - (whole.length / entry - 1);
          return Stream.concat(
              Stream.of(changed),
              root(to).stream()
                  .flatMap(root ->
                      Stream.of(
                          with(changed, o -> o.setEvidenceRoot(root)),
                          // With the size that it would go with.
                          with(changed, o -> o.setEvidenceRoot(root).setSize(size)))));
        });
  }

  private static Optional<ByteBuffer> root(ByteBuffer evidence) {
    try {
      return Optional.of(Wire.buffer(new EvidenceVector(Wire.bytes(evidence)).evidenceRoot()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Parts of somebody else's opening, and the whole. */
  private static Stream<Opening> ofAnother(Opening honest, Opening other) {
    List<OpenedPosition> positions = honest.getPositions();
    return Stream.concat(
        Stream.of(
            other,
            with(honest, o -> o.setTraceRoot(other.getTraceRoot())),
            with(honest, o -> o.setPositions(other.getPositions())),
            with(
                honest,
                o -> o.setTraceRoot(other.getTraceRoot()).setPositions(other.getPositions()))),
        IntStream.range(0, positions.size())
            .mapToObj(i -> replaced(positions, i, other.getPositions().get(i)))
            .flatMap(mixed ->
                Stream.of(
                    with(honest, o -> o.setPositions(mixed)),
                    with(honest, o -> o.setTraceRoot(other.getTraceRoot()).setPositions(mixed)))));
  }

  /** Another challenge of the same case, of positions that this one leaves closed. */
  private Challenge otherPart() {
    List<Integer> taken =
        challenge.getPositions().stream().map(ChallengedPosition::getPosition).toList();
    return Challenge.newBuilder(challenge)
        .setPart(2)
        .setPositions(
            IntStream.range(0, ground.size())
                .filter(position -> !taken.contains(position))
                .limit(taken.size())
                .mapToObj(position -> new ChallengedPosition(position, 0))
                .toList())
        .build();
  }

  private static Stream<List<OpenedPosition>> lists(
      List<OpenedPosition> asked, List<OpenedPosition> others) {
    List<OpenedPosition> fewer = asked.subList(1, asked.size());
    return Stream.of(
        List.of(),
        others,
        asked.reversed(),
        fewer,
        joined(asked, asked.getFirst()),
        joined(asked, others.getFirst()),
        joined(fewer, others.getFirst()),
        joined(fewer, asked.get(1)));
  }

  private static Stream<OpenedPosition> changed(OpenedPosition p) {
    int number = p.getPosition();
    int token = p.getTokenId();
    List<OpenedRow> rows = p.getRows();
    List<ByteBuffer> path = p.getLeafPath();
    return Stream.of(
            Stream.of(
                new OpenedPosition(number + 1, token, rows, path),
                new OpenedPosition(-1, token, rows, path),
                new OpenedPosition(number, token + 1, rows, path),
                new OpenedPosition(number, -1, rows, path),
                new OpenedPosition(number, token, rows.reversed(), path)),
            parts(rows).map(to -> new OpenedPosition(number, token, to, path)),
            parts(path).map(to -> new OpenedPosition(number, token, rows, to)),
            IntStream.range(0, rows.size())
                .boxed()
                .flatMap(i -> changed(rows.get(i)).map(row -> replaced(rows, i, row)))
                .map(to -> new OpenedPosition(number, token, to, path)),
            bytesOf(path).map(to -> new OpenedPosition(number, token, rows, to)))
        .flatMap(stream -> stream);
  }

  private static Stream<OpenedRow> changed(OpenedRow r) {
    byte[] row = Wire.bytes(r.getRow());
    return Stream.of(
            Stream.of(
                new OpenedRow(r.getBoundary() + 1, r.getRow(), r.getPath()),
                new OpenedRow(r.getBoundary() - 1, r.getRow(), r.getPath()),
                new OpenedRow(
                    r.getBoundary(), buffer(Arrays.copyOf(row, row.length - 1)), r.getPath()),
                new OpenedRow(
                    r.getBoundary(), buffer(Arrays.copyOf(row, row.length + 4)), r.getPath())),
            changed(r.getRow()).map(to -> new OpenedRow(r.getBoundary(), to, r.getPath())),
            parts(r.getPath()).map(to -> new OpenedRow(r.getBoundary(), r.getRow(), to)),
            bytesOf(r.getPath()).map(to -> new OpenedRow(r.getBoundary(), r.getRow(), to)))
        .flatMap(stream -> stream);
  }

  /** A list without its last element, and with that one twice. */
  private static <T> Stream<List<T>> parts(List<T> list) {
    return Stream.of(list.subList(0, list.size() - 1), joined(list, list.getLast()));
  }

  /** With one byte of one of the hashes changed. */
  private static Stream<List<ByteBuffer>> bytesOf(List<ByteBuffer> hashes) {
    return IntStream.range(0, hashes.size())
        .boxed()
        .flatMap(i -> changed(hashes.get(i)).map(to -> replaced(hashes, i, to)));
  }

  /** With one bit of each byte changed, another one for each. */
  private static Stream<ByteBuffer> changed(ByteBuffer bytes) {
    return IntStream.range(0, bytes.remaining())
        .mapToObj(i -> {
          byte[] copy = Wire.bytes(bytes);
          copy[i] ^= (byte) (1 << i % 8);
          return buffer(copy);
        });
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }

  private static <T> List<T> replaced(List<T> list, int at, T element) {
    List<T> copy = new ArrayList<>(list);
    copy.set(at, element);
    return copy;
  }

  private static <T> List<T> joined(List<T> list, T element) {
    return Stream.concat(list.stream(), Stream.of(element)).toList();
  }
}
