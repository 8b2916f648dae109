package io.verillm.local;

import io.verillm.events.Challenge;
import io.verillm.events.VerdictOutcome;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.worker.CaseRerun;
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

/**
 * Redoes the inference behind a receipt with one model.
 *
 * @param agreement whether the model calls for what the receipt tells
 * @param lines what was compared, for people
 * @param notChecked what this model has no answer to, for people
 */
public record ReceiptRerun(Agreement agreement, List<String> lines, List<String> notChecked) {

  /** Whether a model calls for what a receipt tells. */
  public enum Agreement {
    /** Nothing is otherwise than the model says. */
    AGREES,
    /** The model says something else. */
    DENIES,
    /** It is not the request's model. */
    OTHER_MODEL
  }

  public ReceiptRerun {
    lines = List.copyOf(lines);
    notChecked = List.copyOf(notChecked);
  }

  /**
   * Reruns every case of a receipt that was verified.
   *
   * @param requester the requester's key, needed in private mode
   * @throws UnreadableReceipt if it was not
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  public static ReceiptRerun of(
      byte[] file, ReceiptTopics topics, Optional<DecryptionKey> requester, LoadedModel model)
      throws UnreadableReceipt {
    List<ReceiptCase> cases = ReceiptCase.of(ReceiptFile.read(file), topics, requester);
    List<String> lines = new ArrayList<>();
    List<String> notChecked = new ArrayList<>();
    boolean agrees = true;
    for (ReceiptCase recorded : cases) {
      if (!Wire.hash(recorded.accepted().getModelId()).equals(model.engine().shape().modelId())) {
        String other = "it was asked of %s, another model".formatted(recorded.model().getName());
        return new ReceiptRerun(Agreement.OTHER_MODEL, List.of(other), List.of());
      }
      int segment = recorded.verdict().getSegment();
      if (recorded.input().isEmpty()) {
        lines.add(
            "segment %d: nobody was challenged, there is nothing to compute".formatted(segment));
        notChecked.add("segment %d by the model: nobody was challenged".formatted(segment));
        continue;
      }
      int[] prompt = model.tokenizer().prompt(recorded.prompt());
      agrees &= texts(recorded, model, prompt, lines);
      RerunSays says = says(recorded, model, prompt, lines);
      VerdictOutcome told = recorded.verdict().getOutcome();
      Optional<Boolean> same = says.agreesWith(told);
      agrees &= same.orElse(true);
      lines.add("segment %d: %s".formatted(segment, says.of(told)));
      if (same.isEmpty()) {
        notChecked.add("segment %d by the model: %s".formatted(segment, says.of(told)));
      }
    }
    return new ReceiptRerun(agrees ? Agreement.AGREES : Agreement.DENIES, lines, notChecked);
  }

  private static boolean texts(
      ReceiptCase recorded, LoadedModel model, int[] prompt, List<String> lines) {
    boolean same =
        prompt.length == recorded.input().orElseThrow().getPromptLength()
            && model.tokenizer().decode(recorded.output()).equals(recorded.text());
    lines.add(
        "prompt and text %s the %d tokens"
            .formatted(same ? "are" : "are NOT", prompt.length + recorded.output().length));
    return same;
  }

  private static RerunSays says(
      ReceiptCase recorded, LoadedModel model, int[] prompt, List<String> lines) {
    CaseRerun rerun =
        CaseRerun.of(recorded, new EngineInference(model.engine(), model.config().eosId()), prompt);
    List<Decision> votes = new ArrayList<>();
    for (Challenge challenge : recorded.challenges()) {
      Optional<CaseOutcome> outcome = rerun.vote(challenge);
      outcome.map(ReceiptRerun::decision).ifPresent(votes::add);
      lines.add(
          "segment %d round %d part %d, %d positions: %s"
              .formatted(
                  recorded.verdict().getSegment(),
                  challenge.getRound(),
                  challenge.getPart(),
                  challenge.getPositions().size(),
                  outcome.map(ReceiptRerun::label).orElse("the author opened nothing")));
    }
    return RerunSays.of(votes);
  }

  private static Decision decision(CaseOutcome outcome) {
    return outcome instanceof Vote vote ? vote.decision() : Decision.UNSURE;
  }

  private static String label(CaseOutcome outcome) {
    return switch (outcome) {
      case Vote vote ->
          vote.decision() + vote.reason().map(reason -> " (" + reason + ")").orElse("");
      case CaseOutcome.CheckerFault fault -> "cannot be compared: " + fault;
    };
  }
}
