package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
import io.verillm.events.Receipt;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.RequestInput;
import io.verillm.events.Result;
import io.verillm.events.Verdict;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody with the model needs of a receipt to check a case again. Only as good as the
 * receipt: verify it first.
 *
 * @param accepted the admitted request
 * @param input what its answer follows from; empty where no challenge shows it
 * @param model its model
 * @param calibration what the case was judged by; empty for none
 * @param prompt the prompt's text
 * @param text the text that the requester was given
 * @param output its token ids
 * @param challenges the case's challenges, in order
 * @param openings the author's openings
 * @param commitments FINAL commitments
 * @param verdict the last verdict
 */
public record ReceiptCase(
    Accepted accepted,
    Optional<RequestInput> input,
    ModelRegistered model,
    Optional<CalibrationPublished> calibration,
    String prompt,
    String text,
    int[] output,
    List<Challenge> challenges,
    List<Opening> openings,
    List<Commitment> commitments,
    Verdict verdict) {
  public ReceiptCase {
    challenges = List.copyOf(challenges);
    openings = List.copyOf(openings);
    commitments = List.copyOf(commitments);
  }

  /**
   * The cases of a receipt that was found sound, by segment.
   *
   * @param requester the requester's key, needed in private mode
   * @throws UnreadableReceipt where it was not
   */
  public static List<ReceiptCase> of(
      Receipt receipt, ReceiptTopics topics, Optional<DecryptionKey> requester)
      throws UnreadableReceipt {
    OpenReceipt open = OpenReceipt.of(receipt);
    RegistrySnapshot registry = RegistrySnapshot.empty();
    for (RegistryUpdate update : open.events(RegistryUpdate.class).toList()) {
      registry =
          registry.apply(RegistrySnapshot.original(topics.shard().registry(), update)).snapshot();
    }
    Accepted accepted =
        open.events(Accepted.class)
            .findFirst()
            .orElseThrow(() ->
                new UnreadableReceipt(
                    OpenReceipt.FILE, "nobody accepted the request: there is nothing to compute"));
    ModelRegistered model = registry.models().get(Wire.hash(accepted.getModelId()));
    if (model == null) {
      throw new UnreadableReceipt(OpenReceipt.FILE, "the model is not registered in it");
    }
    Result result =
        open.lastResult(requester)
            .orElseThrow(
                () -> new UnreadableReceipt(OpenReceipt.FILE, "it is encrypted to the requester"));
    List<Opening> openings = open.openings(registry, requester);
    List<ReceiptCase> cases = new ArrayList<>();
    for (Verdict verdict : open.lastVerdicts()) {
      cases.add(of(open, registry, result, openings, model, verdict));
    }
    return List.copyOf(cases);
  }

  private static ReceiptCase of(
      OpenReceipt open,
      RegistrySnapshot registry,
      Result result,
      List<Opening> openings,
      ModelRegistered model,
      Verdict verdict) {
    List<Challenge> challenges =
        open.events(Challenge.class).filter(c -> c.getSegment() == verdict.getSegment()).toList();
    return new ReceiptCase(
        open.events(Accepted.class).findFirst().orElseThrow(),
        open.input(),
        model,
        challenges.stream().findFirst().map(c -> registry.calibrations().get(c.getCalibrationId())),
        open.signedRequest().getPrompt(),
        result.getText(),
        result.getTokenIds().stream().mapToInt(i -> i).toArray(),
        challenges,
        openings.stream()
            .filter(o -> o.getSegment() == verdict.getSegment())
            .filter(o -> o.getStep() == OpeningStep.FINAL)
            .toList(),
        open.events(Commitment.class).filter(c -> c.getStep() == CommitmentStep.FINAL).toList(),
        verdict);
  }
}
