package io.verillm.local;

import io.verillm.deploy.ServedModel;
import io.verillm.events.Challenge;
import io.verillm.events.VerdictOutcome;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.worker.CaseRerun;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.receipt.ReceiptCase;
import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptTopics;
import io.verillm.protocol.receipt.UnreadableReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Redoes the inference behind a receipt with the built-in model.
 *
 * @param agrees whether this model calls for the verdict that the receipt tells
 * @param lines what was compared, for people
 */
public record ReceiptRerun(boolean agrees, List<String> lines) {
  public ReceiptRerun {
    lines = List.copyOf(lines);
  }

  /**
   * Reruns every case of a receipt that was verified.
   *
   * @param requester the requester's key, needed in private mode
   * @throws UnreadableReceipt if it was not
   * @throws InvalidModelException if the built-in model is damaged
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  public static ReceiptRerun of(
      byte[] file, ReceiptTopics topics, Optional<DecryptionKey> requester)
      throws UnreadableReceipt, InvalidModelException {
    List<String> lines = new ArrayList<>();
    boolean agrees = true;
    try (BuiltInModel model = BuiltInModel.load();
        LocalEngines engines = new LocalEngines(model, Set.of(Variant.FP32))) {
      for (ReceiptCase recorded : ReceiptCase.of(ReceiptFile.read(file), topics, requester)) {
        if (!Wire.hash(recorded.accepted().getModelId()).equals(ServedModel.of(model).id())) {
          lines.add("model %s is not here".formatted(recorded.model().getName()));
          agrees = false;
          continue;
        }
        if (recorded.input().isEmpty()) {
          int segment = recorded.verdict().getSegment();
          lines.add(
              "segment %d: nobody was challenged, there is nothing to compute".formatted(segment));
          continue;
        }
        int[] prompt = model.tokenizer().prompt(recorded.prompt());
        agrees &= texts(recorded, model, prompt, lines);
        agrees &=
            votes(
                recorded,
                CaseRerun.of(
                    recorded,
                    new EngineInference(
                        engines.byVariant().get(Variant.FP32), model.config().eosId()),
                    prompt),
                lines);
      }
    }
    return new ReceiptRerun(agrees, lines);
  }

  private static boolean texts(
      ReceiptCase recorded, BuiltInModel model, int[] prompt, List<String> lines) {
    boolean same =
        prompt.length == recorded.input().orElseThrow().getPromptLength()
            && model.tokenizer().decode(recorded.output()).equals(recorded.text());
    lines.add(
        "prompt and text %s the %d tokens"
            .formatted(same ? "are" : "are NOT", prompt.length + recorded.output().length));
    return same;
  }

  private static boolean votes(ReceiptCase recorded, CaseRerun rerun, List<String> lines) {
    int segment = recorded.verdict().getSegment();
    boolean rejects = false;
    int compared = 0;
    for (Challenge challenge : recorded.challenges()) {
      Optional<CaseOutcome> outcome = rerun.vote(challenge);
      String label = outcome.map(ReceiptRerun::label).orElse("the author opened nothing");
      lines.add(
          "segment %d round %d part %d, %d positions: %s"
              .formatted(
                  segment,
                  challenge.getRound(),
                  challenge.getPart(),
                  challenge.getPositions().size(),
                  label));
      compared += outcome.isPresent() ? 1 : 0;
      rejects |= outcome.orElse(null) instanceof Vote vote && vote.decision() == Decision.REJECT;
    }
    VerdictOutcome told = recorded.verdict().getOutcome();
    boolean agrees =
        switch (told) {
          case ACCEPTED -> compared > 0 && !rejects;
          case REJECTED -> compared == 0 || rejects;
          case EXPIRED, INCONCLUSIVE -> true;
        };
    lines.add(
        "segment %d: this model %s %s".formatted(segment, agrees ? "agrees with" : "denies", told));
    return agrees;
  }

  private static String label(CaseOutcome outcome) {
    return switch (outcome) {
      case Vote vote ->
          vote.decision() + vote.reason().map(reason -> " (" + reason + ")").orElse("");
      case CaseOutcome.CheckerFault fault -> "cannot be compared: " + fault;
    };
  }
}
