package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.gpu.task.SealedStep;
import io.verillm.gpu.task.TaskRun;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.receipt.ReceiptCase;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.vote.CaseGround;
import io.verillm.protocol.vote.ChallengeDraw;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.protocol.vote.VoteRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A reader's own check of a recorded case: what a checker does, with the reader's own model, over
 * the positions that were challenged then.
 */
public final class CaseRerun {
  private static final String READER = "reader";

  private final ReceiptCase recorded;
  private final SealedStep own;

  private CaseRerun(ReceiptCase recorded, SealedStep own) {
    this.recorded = recorded;
    this.own = own;
  }

  /**
   * Feeds prompt and answer to a model. A challenge must show what was sampled by.
   *
   * @param prompt token ids of the prompt
   * @throws IllegalArgumentException if they do not fit the model
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  public static CaseRerun of(ReceiptCase recorded, Inference model, int[] prompt) {
    int[] context = Arrays.copyOf(prompt, prompt.length + recorded.output().length);
    System.arraycopy(recorded.output(), 0, context, prompt.length, recorded.output().length);
    RequestInput input = recorded.input().orElseThrow();
    Hash nobody = new Hash(new byte[Hash.LENGTH]);
    TaskTerms terms =
        new TaskTerms(
            nobody,
            0,
            Wire.hash(recorded.accepted().getModelId()),
            context,
            prompt.length,
            nobody.bytes(),
            nobody.bytes(),
            InputSeal.sampling(input),
            Wire.hash(input.getSeed()),
            recorded.model().getPositionLimit(),
            0);
    CandidateBand band =
        recorded
            .calibration()
            .map(c -> new CandidateBand(c.getBand()))
            .orElse(CandidateBand.UNCALIBRATED);
    try (TaskRun run = TaskRun.open(terms, new SealIdentity(READER, nobody.bytes()), model, band)) {
      return new CaseRerun(recorded, run.prefill());
    }
  }

  /**
   * The vote that this model calls for over one challenge.
   *
   * @return empty where the author opened nothing that fits
   */
  public Optional<CaseOutcome> vote(Challenge challenge) {
    CaseGround ground = CaseGround.of(recorded.accepted(), recorded.model(), challenge);
    List<OpenedPosition> positions = ChallengeDraw.asked(challenge);
    Optional<RosterEntry> author =
        challenge.getRoster().stream()
            .filter(entry -> entry.getRole() == RosterRole.AUTHOR && entry.getCommitted())
            .findFirst();
    int size = own.seal().size();
    Optional<OpenedTask> mine =
        fitting(
            OpeningCheck.check(
                own.opening(challenge), own.seal().sealedRoot(), ground, size, positions));
    Optional<OpenedTask> theirs =
        recorded.openings().stream()
            .filter(o -> o.getRound() == challenge.getRound() && o.getPart() == challenge.getPart())
            .flatMap(o -> opened(o, ground, positions).stream())
            .findFirst();
    if (author.isEmpty() || mine.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    VoteRule.Side claimed = new VoteRule.Side(ground.expected(author.get()), List.of(theirs.get()));
    VoteRule.Side checked =
        new VoteRule.Side(new ExpectedOutput(size, own.seal().outputHash()), List.of(mine.get()));
    return Optional.of(
        new VoteRule(ground, recorded.calibration()).vote(positions, List.of(), claimed, checked));
  }

  private Optional<OpenedTask> opened(
      Opening opening, CaseGround ground, List<OpenedPosition> positions) {
    return recorded.commitments().stream()
        .filter(c -> c.getTaskId().equals(opening.getTaskId()))
        .map(c -> Wire.hash(c.getSealedRoot()))
        .map(root -> OpeningCheck.check(opening, root, ground, ground.size(), positions))
        .flatMap(result -> fitting(result).stream())
        .findFirst();
  }

  private static Optional<OpenedTask> fitting(OpeningCheck.Result result) {
    return result instanceof OpeningCheck.Result.Fits(OpenedTask task)
        ? Optional.of(task)
        : Optional.empty();
  }
}
