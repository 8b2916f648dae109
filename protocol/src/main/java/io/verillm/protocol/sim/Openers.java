package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.vote.Openings;

/** Workers that a challenge asks: they open what their behaviour shows. */
final class Openers {
  private final Outbox outbox;

  Openers(Outbox outbox) {
    this.outbox = outbox;
  }

  void open(RequestInHand request, TaskInHand task, Challenge challenge) {
    if (task.wrote(challenge.getSegment())) {
      switch (task.authorPlan().delivery()) {
        case EQUIVOCATES -> opening(task, otherSalt(opening(request, task, challenge)), 1);
        case NOT_OPENED -> {
          // Nothing is shown.
        }
        default -> opening(task, opening(request, task, challenge), 1);
      }
      return;
    }
    switch (task.checkerPlan().delivery()) {
      case NOT_OPENED -> {
        // Nothing is shown.
      }
      case CLOSED_IN_ROUND_TWO -> {
        if (challenge.getRound() == 1) {
          opening(task, opening(request, task, challenge), 1);
        }
      }
      case EQUIVOCATES -> opening(task, otherSalt(opening(request, task, challenge)), 1);
      case REPEATED -> opening(task, opening(request, task, challenge), 2);
      default -> opening(task, opening(request, task, challenge), 1);
    }
  }

  private void opening(TaskInHand task, Opening opening, int times) {
    for (int i = 0; i < times; i++) {
      outbox.post(task.worker(), SimLog.TOPICS.openings(), opening);
    }
  }

  private static Opening otherSalt(Opening opening) {
    return Opening.newBuilder(opening)
        .setSalt(Wire.buffer(HashInput.of("other-salt").hash()))
        .build();
  }

  private static Opening opening(RequestInHand request, TaskInHand task, Challenge challenge) {
    int segment = challenge.getSegment();
    SealedCommitment seal = task.opened(segment);
    View view = task.view(segment);
    return Openings.of(
        challenge,
        seal,
        view.evidence(),
        request.caseOf(segment).positions().stream()
            .map(p -> view.open(p.position(), p.boundary()).event())
            .toList());
  }
}
