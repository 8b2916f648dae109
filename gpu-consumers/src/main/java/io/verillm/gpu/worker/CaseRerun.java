package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.Opening;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.gpu.task.SealedStep;
import io.verillm.gpu.task.TaskRun;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.receipt.ReceiptCase;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.vote.CaseGround;
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
  private final CaseGround ground;
  private final VoteRule rule;
  private final SealedStep own;

  private CaseRerun(ReceiptCase recorded, SealedStep own) {
    this.recorded = recorded;
    this.own = own;
    this.ground = new CaseGround(recorded.accepted(), recorded.model(), own.seal().size());
    this.rule = new VoteRule(ground, recorded.calibration());
  }

  /**
   * Feeds prompt and answer to a model.
   *
   * @param prompt token ids of the prompt
   * @throws IllegalArgumentException if they do not fit the model
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  public static CaseRerun of(ReceiptCase recorded, Inference model, int[] prompt) {
    int[] context = Arrays.copyOf(prompt, prompt.length + recorded.output().length);
    System.arraycopy(recorded.output(), 0, context, prompt.length, recorded.output().length);
    var accepted = recorded.accepted();
    Hash nobody = new Hash(new byte[Hash.LENGTH]);
    TaskTerms terms =
        new TaskTerms(
            nobody,
            0,
            Wire.hash(accepted.getModelId()),
            context,
            prompt.length,
            nobody.bytes(),
            nobody.bytes(),
            new SamplingParameters(
                accepted.getTemperature(), accepted.getTopK(), accepted.getTopP()),
            Wire.hash(accepted.getSeed()),
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
    List<OpenedPosition> positions = CaseView.positions(challenge);
    if (challenge.getSize() != own.seal().size()) {
      return Optional.empty();
    }
    Optional<OpenedTask> mine =
        fitting(Openings.of(challenge, own), own.seal().sealedRoot(), positions);
    Optional<OpenedTask> authors =
        recorded.openings().stream()
            .filter(o -> o.getRound() == challenge.getRound() && o.getPart() == challenge.getPart())
            .flatMap(o -> author(o, positions).stream())
            .findFirst();
    return mine.flatMap(checker ->
        authors.map(author -> rule.vote(positions, List.of(), List.of(author), List.of(checker))));
  }

  private Optional<OpenedTask> author(Opening opening, List<OpenedPosition> positions) {
    return recorded.commitments().stream()
        .filter(c -> c.getTaskId().equals(opening.getTaskId()))
        .map(Commitment::getSealedRoot)
        .flatMap(root -> fitting(opening, Wire.hash(root), positions).stream())
        .findFirst();
  }

  private Optional<OpenedTask> fitting(Opening opening, Hash root, List<OpenedPosition> positions) {
    return OpeningCheck.check(opening, root, ground, positions)
            instanceof OpeningCheck.Result.Fits(OpenedTask task)
        ? Optional.of(task)
        : Optional.empty();
  }
}
