package io.verillm.protocol.shard;

import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One case: a segment of a request under check. Fields are the state as stored. */
final class CaseState {
  final int segment;

  /** Last round that checks it; 0 before. */
  int round;

  List<MemberState> members = new ArrayList<>();
  List<DrawnChallenge> challenges = new ArrayList<>();

  /** Openings of the newest challenge are awaited. */
  boolean opening;

  /** Put down to dispute the provisional verdict; null where nobody does. */
  @Nullable Bond bond;

  /** How often the ledger was asked for a bond. */
  int bondsAsked;

  /** Accounts that the ledger found too poor for a bond: none is asked for a second time. */
  final Set<String> bondsDenied = new HashSet<>();

  /** Null while nothing is decided. */
  @Nullable CaseDecision decision;

  CaseState(int segment) {
    this.segment = segment;
  }

  /** The author whose attempt counts: the last one. */
  MemberState author() {
    for (MemberState member : members.reversed()) {
      if (member.author) {
        return member;
      }
    }
    throw new IllegalStateException("no author of segment " + segment);
  }

  /** Who votes in a round: its committee and, in round 1, the authors of later segments. */
  Stream<MemberState> checkers(int ofRound) {
    return members.stream().filter(m -> !m.author && m.round == ofRound);
  }

  Optional<MemberState> member(Hash taskId) {
    for (MemberState member : members) {
      if (member.task.taskId.equals(taskId)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** Every position that any challenge of this case has opened. */
  Set<Integer> openedPositions() {
    Set<Integer> opened = new HashSet<>();
    challenges.forEach(c -> c.positions().forEach(p -> opened.add(p.position())));
    return opened;
  }

  /** Index of the challenge of a round's part, if it was drawn. */
  Optional<Integer> challenge(int ofRound, int part) {
    return challengesOf(ofRound).stream().filter(i -> challenges.get(i).part() == part).findFirst();
  }

  /** Index of the challenge that is being opened or voted on. */
  int currentChallenge() {
    return challenges.size() - 1;
  }

  /** Indexes of the challenges of one round, ascending. */
  List<Integer> challengesOf(int ofRound) {
    List<Integer> indexes = new ArrayList<>(2);
    for (int i = 0; i < challenges.size(); i++) {
      if (challenges.get(i).round() == ofRound) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  /**
   * What a member has opened in one round, one entry for each part; empty where it opened nothing.
   */
  List<OpenedTask> openings(MemberState member, int round) {
    List<OpenedTask> opened = new ArrayList<>(2);
    for (int challenge : challengesOf(round)) {
      OpenedTask opening = member.openings.get(challenge);
      if (opening != null) {
        opened.add(opening);
      }
    }
    return opened;
  }

  /** Whether a member has opened everything of its round that it had to. */
  boolean hasOpenedAll(MemberState member) {
    return hasOpened(member, member.author ? round : member.round);
  }

  /** Whether a member has opened every part of a round's challenge that listed it. */
  boolean hasOpened(MemberState member, int ofRound) {
    for (int i = 0; i < challenges.size(); i++) {
      DrawnChallenge challenge = challenges.get(i);
      if (challenge.round() == ofRound
          && !member.openings.containsKey(i)
          && challenge.roster().contains(member.task.taskId)) {
        return false;
      }
    }
    return true;
  }

  /** Whether nobody's answer to the newest challenge is awaited any more. */
  boolean isOpened() {
    int current = currentChallenge();
    List<Hash> due = challenges.get(current).roster();
    for (MemberState member : members) {
      if (!member.hasOpened(current) && due.contains(member.task.taskId)) {
        return false;
      }
    }
    return true;
  }

  /** Whether everybody has voted that has opened what its vote rests on. */
  boolean hasVoted() {
    for (MemberState member : members) {
      boolean votes = !member.author && member.round == round;
      if (votes
          && member.vote.isEmpty()
          && member.committed()
          && !member.fault
          && hasOpenedAll(member)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this is a first round's verdict, which a dispute may still overturn. */
  boolean isProvisional() {
    return decision != null && decision.isAccepted() && round == 1;
  }
}
