package io.verillm.protocol.shard;

import static io.verillm.protocol.shard.Input.AUTHOR_COMMITMENT;
import static io.verillm.protocol.shard.Input.BOND;
import static io.verillm.protocol.shard.Input.CHECKER_COMMITMENT;
import static io.verillm.protocol.shard.Input.DISPUTE;
import static io.verillm.protocol.shard.Input.EXPOSED_TASK;
import static io.verillm.protocol.shard.Input.FLAG;
import static io.verillm.protocol.shard.Input.OPENING;
import static io.verillm.protocol.shard.Input.OUTPUT_READY;
import static io.verillm.protocol.shard.Input.TICK;
import static io.verillm.protocol.shard.Input.VOTE;

import io.verillm.protocol.log.ClosedEpoch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state table of protocol section 10: what each input does in each stage. A record either
 * counts, as far as its own rules allow, or is refused by name; a tick takes a step, which moves
 * the request if its condition holds.
 */
final class StateTable {
  /** What a tick does in one stage. */
  interface Step {
    void take(RequestSteps steps, RequestState request, ClosedEpoch epoch);
  }

  /** One cell. */
  sealed interface Cell {
    /** A record that counts. */
    record Counts() implements Cell {}

    /** A record that does not. */
    record Refuses(Refusal refusal) implements Cell {}

    /** A tick. */
    record Steps(Step step) implements Cell {}
  }

  private static final List<Input> COLUMNS =
      List.of(
          AUTHOR_COMMITMENT,
          CHECKER_COMMITMENT,
          OUTPUT_READY,
          OPENING,
          VOTE,
          EXPOSED_TASK,
          DISPUTE,
          BOND,
          FLAG,
          TICK);

  private static final Cell YES = new Cell.Counts();
  private static final Cell LATE = new Cell.Refuses(Refusal.LATE);
  private static final Cell NONE = new Cell.Refuses(Refusal.UNKNOWN_TASK);
  private static final Cell SOON = new Cell.Refuses(Refusal.BEFORE_CHALLENGE);
  private static final Cell OPEN = new Cell.Refuses(Refusal.NOT_DECIDED);
  private static final Cell ASKS = new Cell.Refuses(Refusal.NOT_DISPUTED);
  private static final Cell HIDE = new Cell.Refuses(Refusal.NOT_FINAL);

  private static final Map<Stage, Map<Input, Cell>> CELLS = new EnumMap<>(Stage.class);

  static {
    // author's, checker's commitment, output ready, opening, vote, exposed task, dispute, bond,
    // flag, tick
    row(
        Stage.GENERATING,
        YES,
        NONE,
        YES,
        SOON,
        SOON,
        SOON,
        OPEN,
        ASKS,
        HIDE,
        RequestSteps::generating);
    row(
        Stage.CHECKING_1,
        LATE,
        YES,
        LATE,
        SOON,
        SOON,
        SOON,
        OPEN,
        ASKS,
        HIDE,
        RequestSteps::checking);
    row(Stage.OPENING_1, LATE, LATE, LATE, YES, YES, YES, OPEN, ASKS, HIDE, RequestSteps::opening);
    row(Stage.VOTING_1, LATE, LATE, LATE, LATE, YES, YES, OPEN, ASKS, HIDE, RequestSteps::voting);
    row(Stage.DECIDED, LATE, LATE, LATE, LATE, LATE, YES, YES, YES, HIDE, RequestSteps::decided);
    row(
        Stage.CHECKING_2,
        LATE,
        YES,
        LATE,
        SOON,
        SOON,
        YES,
        LATE,
        ASKS,
        HIDE,
        RequestSteps::checking);
    row(Stage.OPENING_2, LATE, LATE, LATE, YES, YES, YES, LATE, ASKS, HIDE, RequestSteps::opening);
    row(Stage.VOTING_2, LATE, LATE, LATE, LATE, YES, YES, LATE, ASKS, HIDE, RequestSteps::voting);
    row(Stage.FINAL, LATE, LATE, LATE, LATE, LATE, LATE, LATE, ASKS, YES, RequestSteps::flagged);
    row(Stage.CLOSED, NONE, NONE, NONE, LATE, LATE, LATE, LATE, ASKS, LATE, RequestSteps::nothing);
  }

  private StateTable() {}

  private static void row(
      Stage stage,
      Cell author,
      Cell checker,
      Cell ready,
      Cell opening,
      Cell vote,
      Cell exposed,
      Cell dispute,
      Cell bond,
      Cell flag,
      Step tick) {
    List<Cell> cells =
        List.of(
            author,
            checker,
            ready,
            opening,
            vote,
            exposed,
            dispute,
            bond,
            flag,
            new Cell.Steps(tick));
    Map<Input, Cell> row = new EnumMap<>(Input.class);
    for (Input input : COLUMNS) {
      row.put(input, cells.get(COLUMNS.indexOf(input)));
    }
    CELLS.put(stage, row);
  }

  static Cell cell(Stage stage, Input input) {
    return CELLS.get(stage).get(input);
  }

  /** Why a record does not count in the request's stage; null where it may. */
  static @Nullable Refusal refusal(RequestState request, Input input) {
    return refusal(Stage.of(request), input);
  }

  /** Why a record does not count in a stage; null where it may. */
  static @Nullable Refusal refusal(Stage stage, Input input) {
    return cell(stage, input) instanceof Cell.Refuses(Refusal refusal) ? refusal : null;
  }

  /** Takes the step of the request's stage. */
  static void tick(RequestSteps steps, RequestState request, ClosedEpoch epoch) {
    if (cell(Stage.of(request), TICK) instanceof Cell.Steps(Step step)) {
      step.take(steps, request, epoch);
    }
  }
}
