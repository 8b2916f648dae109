package io.verillm.gpu.bench;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.OpenedPosition;
import io.verillm.events.Opening;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Tokens;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.Openings;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;

/** The records that one case writes to public topics, signed and encoded as they are sent. */
final class CaseRecords {
  static final String WORKER = "worker-01";

  private static final String REQUEST = "01890a5d-ac96-774b-bcce-b302099a8057";
  private static final String CALIBRATION = "builtin-20260101000000-00000000";
  private static final Hash ANY = Hashing.hash("bench");
  private static final int RECORD_SPARE_BYTES = 64;

  private final Catalogue catalogue = Catalogue.local();
  private final SigningKey key = SigningKey.fromSeed(ANY.bytes());
  private final EventSigner signer = new EventSigner(Signers.worker(WORKER), key);

  SealIdentity identity() {
    return new SealIdentity(WORKER, key.derived("seals").bytes());
  }

  SignedRecord commitment(SealedStep step) {
    return sign(
        catalogue.commitments(),
        RecordKeys.task(step.seal().taskId()),
        new Commitment(
            Wire.buffer(step.seal().taskId()),
            WORKER,
            CommitmentStep.valueOf(step.seal().step().name()),
            Wire.buffer(step.seal().sealedRoot()),
            step.outputTag().map(Wire::buffer).orElse(null)));
  }

  SignedRecord tokens(Tokens tokens) {
    return sign(catalogue.tokens(), RecordKeys.task(Wire.hash(tokens.getTaskId())), tokens);
  }

  /**
   * Counts the bytes of a case of one author and its checkers, which differ in nothing that has a
   * size.
   */
  PublicBytes bytes(int prompt, SealedStep read, SealedStep made, SealedStep checked) {
    int size = made.seal().size();
    int boundaries = made.trace().shape().boundaries();
    List<io.verillm.protocol.draw.OpenedPosition> drawn =
        PositionDraw.first(ANY, new CaseSpan(prompt, size, size), boundaries);
    Challenge challenge = challenge(prompt, size, drawn);
    List<SignedRecord> commitments = List.of(commitment(read), commitment(made));
    SignedRecord checkerCommitment = commitment(checked);
    SignedRecord vote = vote(checked.seal().taskId());
    SignedRecord author = opening(made.opening(challenge));
    SignedRecord checker = opening(checked.opening(challenge));
    long committed = commitments.stream().mapToLong(CaseRecords::bytes).sum();
    int m = BenchPlan.CHECKERS;
    long evidence = made.evidence().bytes().length + (long) m * checked.evidence().bytes().length;
    long all =
        committed + bytes(author) + m * (bytes(checkerCommitment) + bytes(checker) + bytes(vote));
    long rows = bytes(author) + m * bytes(checker);
    return new PublicBytes(
        prompt,
        size - prompt,
        drawn.size(),
        committed + m * bytes(checkerCommitment),
        evidence,
        rows - evidence,
        m * bytes(vote),
        all,
        32.0 * all / (size - prompt),
        bytes(sign(catalogue.challenges(), RecordKeys.text(REQUEST), challenge)),
        all - rows + deflated(author) + m * deflated(checker),
        all - rows + oneRow(challenge, made, drawn) + m * oneRow(challenge, checked, drawn),
        all
            - rows
            + bytes(withoutRows(challenge, made))
            + m * bytes(withoutRows(challenge, checked)));
  }

  private long oneRow(
      Challenge challenge, SealedStep step, List<io.verillm.protocol.draw.OpenedPosition> drawn) {
    int size = step.seal().size();
    int norm = step.trace().shape().finalNorm();
    List<OpenedPosition> positions =
        drawn.stream()
            .map(at -> Openings.position(step.trace().open(at.position(), size, norm)))
            .toList();
    return bytes(opening(Openings.of(challenge, step.seal(), step.evidence(), positions)));
  }

  private SignedRecord withoutRows(Challenge challenge, SealedStep step) {
    return opening(Openings.of(challenge, step.seal(), step.evidence(), List.<OpenedPosition>of()));
  }

  private SignedRecord opening(Opening opening) {
    return sign(catalogue.openings(), RecordKeys.text(REQUEST), opening);
  }

  private SignedRecord vote(Hash task) {
    return sign(
        catalogue.votes(),
        RecordKeys.text(REQUEST),
        new Vote(REQUEST, 0, 1, Wire.buffer(task), WORKER, VoteDecision.ACCEPT, VoteReason.NONE));
  }

  private static Challenge challenge(
      int prompt, int size, List<io.verillm.protocol.draw.OpenedPosition> drawn) {
    List<RosterEntry> roster = new ArrayList<>();
    for (int i = 0; i <= BenchPlan.CHECKERS; i++) {
      roster.add(
          new RosterEntry(
              Wire.buffer(ANY),
              WORKER,
              i == 0 ? RosterRole.AUTHOR : RosterRole.CHECKER,
              i == 0 ? 0 : 1,
              0,
              Wire.buffer(new byte[VrfProof.LENGTH]),
              Wire.buffer(ANY),
              Wire.buffer(ANY),
              true,
              i == 0 ? 0 : -1,
              Wire.buffer(ANY),
              Wire.buffer(ANY),
              i == 0 ? Wire.buffer(ANY) : Wire.buffer(new byte[0])));
    }
    return new Challenge(
        REQUEST,
        0,
        1,
        1,
        1000L,
        Wire.buffer(new byte[VrfProof.LENGTH]),
        1000L,
        Wire.buffer(new byte[VrfProof.LENGTH]),
        size,
        CALIBRATION,
        roster,
        drawn.stream().map(at -> new ChallengedPosition(at.position(), at.boundary())).toList(),
        List.of(size),
        1,
        new RequestInput(
            Wire.buffer(ANY), prompt, 1.0, 64, 1.0, Wire.buffer(ANY), Wire.buffer(ANY)));
  }

  private SignedRecord sign(Topic topic, byte[] key, SpecificRecord event) {
    return signer.sign(topic.name(), 0, key, EventCodec.encode(event));
  }

  private static long bytes(SignedRecord record) {
    return record.value().length + besides(record);
  }

  private static long besides(SignedRecord record) {
    long headers = 0;
    for (Header header : SignedRecords.headers(record)) {
      headers += header.key().length() + header.value().length;
    }
    return record.key().length + headers;
  }

  private static long deflated(SignedRecord record) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(record.value());
    deflater.finish();
    int length = deflater.deflate(new byte[2 * record.value().length + RECORD_SPARE_BYTES]);
    deflater.end();
    return length + besides(record);
  }
}
