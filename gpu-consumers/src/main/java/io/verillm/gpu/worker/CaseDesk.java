package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Verdict;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.store.StoredStep;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.vote.CaseGround;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Answers challenges: opens what this worker committed to, and votes on cases that it checked. For
 * the listener's thread alone. A checker that sees no fitting opening of the author does not vote:
 * time is the coordinator's, which finds an author silent by its own deadline and asks nobody.
 */
final class CaseDesk {
  private static final Logger LOG = LoggerFactory.getLogger(CaseDesk.class);

  private static final int CLOSED_MAX = 65_536;
  private static final int WAITING_MAX = 1_024;

  private final String worker;
  private final LogView log;
  private final EvidenceStore store;
  private final Outbox outbox;
  private final ReadingDesk readings;
  private final DrawDesk draws;

  /** Cases that are open, this worker's or not: a second round may still draw it. */
  private final Map<CaseKey, CaseView> cases = new LinkedHashMap<>();

  /** Cases with a last verdict: nothing that is read of them afterwards asks for an answer. */
  private final Recent<CaseKey, Boolean> closed = new Recent<>(CLOSED_MAX);

  private final Map<CaseKey, Ballot> ballots = new LinkedHashMap<>();

  /**
   * Tasks that were challenged while nothing is kept of them. After a restart most belong to cases
   * whose last verdict comes later on the log: told only once the log has been read.
   */
  private final Map<CaseKey, Hash> lost = new LinkedHashMap<>();

  private final Set<CaseKey> failing = new HashSet<>();

  private record CaseKey(String requestId, int segment) {}

  /** What waits for a record that says who must read it. */
  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(CaseKey of, Runnable again) {}

  CaseDesk(
      String worker,
      LogView log,
      EvidenceStore store,
      Outbox outbox,
      ReadingDesk readings,
      DrawDesk draws) {
    this.readings = readings;
    this.draws = draws;
    this.worker = worker;
    this.log = log;
    this.store = store;
    this.outbox = outbox;
  }

  /** Opens what the challenge asks of this worker. */
  void challenged(Challenge challenge) {
    CaseKey key = new CaseKey(challenge.getRequestId(), challenge.getSegment());
    if (closed.get(key) != null) {
      // Two topics are read in any order: the last verdict came first.
      return;
    }
    CaseView view = cases.computeIfAbsent(key, absent -> new CaseView());
    view.add(challenge);
    for (RosterEntry entry : challenge.getRoster()) {
      if (entry.getWorker().equals(worker) && entry.getCommitted()) {
        answer(key, view, challenge, entry);
      }
    }
  }

  private void answer(CaseKey key, CaseView view, Challenge challenge, RosterEntry entry) {
    Hash taskId = Wire.hash(entry.getTaskId());
    Optional<SignedRecord> record = store.findTask(taskId);
    Step step = entry.getRole() == RosterRole.AUTHOR ? Step.FINAL : Step.PREFILL;
    Optional<StoredStep> stored = store.find(taskId, step);
    if (record.isEmpty() || stored.isEmpty()) {
      lost.put(key, taskId);
      return;
    }
    Optional<CaseGround> ground = log.ground(challenge);
    if (ground.isEmpty()) {
      // Without what was accepted nobody can say whether this task is the one that was asked for.
      waiting.add(new Waiting(key, () -> answer(key, view, challenge, entry)));
      return;
    }
    KeptTask task = KeptTask.of(record.get());
    if (!task.isAsSaid(ground.get(), entry)) {
      expose(challenge, task);
      return;
    }
    switch (draws.look(challenge, ground.get(), view.before(challenge))) {
      case FALSE_DRAW -> {}
      case DRAW_UNSEEN -> waiting.add(new Waiting(key, () -> answer(key, view, challenge, entry)));
      case SOUND -> answer(key, view, challenge, entry, task.terms(), stored.get());
    }
  }

  private void answer(
      CaseKey key,
      CaseView view,
      Challenge challenge,
      RosterEntry entry,
      TaskTerms terms,
      StoredStep stored) {
    open(challenge, terms, stored);
    if (entry.getRole() == RosterRole.CHECKER && entry.getRound() == challenge.getRound()) {
      Ballot ballot =
          ballots.computeIfAbsent(
              key, absent -> new Ballot(view, entry.getRound(), stored, terms.shard(), log));
      vote(key, ballot);
    }
  }

  private void expose(Challenge challenge, KeptTask task) {
    String mark = "exposed";
    TaskTerms terms = task.terms();
    if (!store.marked(terms.taskId(), mark)) {
      outbox.exposed(terms.shard(), task.exposed(challenge.getRequestId()));
      store.mark(terms.taskId(), mark);
    }
  }

  private void open(Challenge challenge, TaskTerms terms, StoredStep stored) {
    String mark =
        "opened-%d-%d-%d"
            .formatted(challenge.getSegment(), challenge.getRound(), challenge.getPart());
    if (store.marked(terms.taskId(), mark)) {
      return;
    }
    Opening opening = stored.step().opening(challenge);
    Optional<SpecificRecord> event = readings.outgoing(challenge, opening);
    if (event.isEmpty()) {
      CaseKey of = new CaseKey(challenge.getRequestId(), challenge.getSegment());
      waiting.add(new Waiting(of, () -> open(challenge, terms, stored)));
      return;
    }
    outbox.opening(terms.shard(), challenge.getRequestId(), event.get());
    store.mark(terms.taskId(), mark);
  }

  /** As the other, for an author's opening in private mode. */
  void opened(PrivateOpening sealed) {
    CaseKey of = new CaseKey(sealed.getRequestId(), sealed.getSegment());
    CaseView view = cases.get(of);
    Optional<Challenge> challenge =
        view == null ? Optional.empty() : view.part(sealed.getRound(), sealed.getPart());
    if (challenge.isPresent() && !readings.knowsReaders(challenge.get())) {
      if (waiting.size() < WAITING_MAX) {
        waiting.add(new Waiting(of, () -> opened(sealed)));
      }
    } else {
      challenge.flatMap(c -> readings.incoming(c, sealed)).ifPresent(o -> opened(o, true));
    }
  }

  /** Keeps an author's opening that a vote of this worker may rest on, and no other. */
  void opened(Opening opening) {
    opened(opening, false);
  }

  private void opened(Opening opening, boolean sealed) {
    CaseView view = cases.get(new CaseKey(opening.getRequestId(), opening.getSegment()));
    if (view != null && view.asksFor(opening, worker)) {
      view.add(opening, sealed);
    }
  }

  /** Something was read that votes may have waited for. One that fails leaves the others alone. */
  void settle() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(this::again);
    lost.forEach((key, taskId) ->
        LOG.atError()
            .addKeyValue("worker", worker)
            .addKeyValue("request", key.requestId())
            .addKeyValue("task", taskId)
            .log("challenged, but no evidence is kept"));
    lost.clear();
    new ArrayList<>(ballots.entrySet()).forEach(entry -> settle(entry.getKey(), entry.getValue()));
  }

  private void again(Waiting one) {
    try {
      one.again().run();
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("worker", worker)
          .addKeyValue("request", one.of().requestId())
          .addKeyValue("fault", e.toString())
          .log("what waited could not be applied");
    }
  }

  private void settle(CaseKey key, Ballot ballot) {
    try {
      vote(key, ballot);
    } catch (RuntimeException e) {
      // It is tried again after each poll: the first fault is enough to read.
      LOG.atLevel(failing.add(key) ? Level.ERROR : Level.DEBUG)
          .addKeyValue("worker", worker)
          .addKeyValue("request", key.requestId())
          .addKeyValue("segment", key.segment())
          .addKeyValue("round", ballot.round())
          .addKeyValue("task", ballot.taskId())
          .addKeyValue("fault", e.toString())
          .log("vote failed");
    }
  }

  private void vote(CaseKey key, Ballot ballot) {
    String mark = "voted-%d-%d".formatted(key.segment(), ballot.round());
    if (store.marked(ballot.taskId(), mark)) {
      ballots.remove(key);
      return;
    }
    ballot
        .vote()
        .ifPresent(vote -> {
          outbox.vote(ballot.shard(), vote);
          store.mark(ballot.taskId(), mark);
          ballots.remove(key);
        });
  }

  /** Drops the evidence of a case that nothing can open again. */
  void decided(Verdict verdict) {
    if (!verdict.getLast()) {
      return;
    }
    CaseKey key = new CaseKey(verdict.getRequestId(), verdict.getSegment());
    closed.putFirst(key, Boolean.TRUE);
    cases.remove(key);
    lost.remove(key);
    failing.remove(key);
    ballots.remove(key);
    waiting.removeIf(one -> one.of().equals(key));
    draws.close(key.requestId(), key.segment());
    List<Hash> own =
        verdict.getMembers().stream()
            .filter(member -> member.getWorker().equals(worker))
            .map(member -> Wire.hash(member.getTaskId()))
            .toList();
    log.close(key.requestId(), own);
    own.forEach(store::drop);
  }
}
