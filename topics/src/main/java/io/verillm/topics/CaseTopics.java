package io.verillm.topics;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.Commitment;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.PrivateOpening;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import java.util.List;

/**
 * What is public of a request and of its cases.
 *
 * @param accepted admitted requests, finished outputs, and how far a shard has issued what follows
 * @param challenges rosters and positions to open
 * @param commitments commitments; partition = the task's shard
 * @param openings opened commitments; partition = the task's shard
 * @param votes votes; partition = the task's shard
 * @param disputes disputes and exposed tasks; partition = the request's shard
 * @param verdicts what was decided
 * @param flags when workers owe flags, which they open, and proofs of what they owed
 */
record CaseTopics(
    Topic accepted,
    Topic challenges,
    Topic commitments,
    Topic openings,
    Topic votes,
    Topic disputes,
    Topic verdicts,
    Topic flags) {
  static CaseTopics of(int shards) {
    return new CaseTopics(
        TopicDraft.sharded("accepted", TopicKey.REQUEST_ID, shards)
            .from(Role.COORDINATOR)
            .of(
                Accepted.getClassSchema(),
                OutputReady.getClassSchema(),
                TasksIssued.getClassSchema()),
        TopicDraft.sharded("challenges", TopicKey.REQUEST_ID, shards)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.COORDINATOR)
            .of(Challenge.getClassSchema()),
        TopicDraft.sharded("commitments", TopicKey.TASK_ID, shards)
            .from(Role.WORKER)
            .of(Commitment.getClassSchema()),
        TopicDraft.sharded("openings", TopicKey.REQUEST_ID, shards)
            .bytes(TopicLimits.OPENING_BYTES_MAX)
            .from(Role.WORKER)
            .of(Opening.getClassSchema(), PrivateOpening.getClassSchema()),
        TopicDraft.sharded("votes", TopicKey.REQUEST_ID, shards)
            .from(Role.WORKER)
            .of(Vote.getClassSchema()),
        TopicDraft.sharded("disputes", TopicKey.REQUEST_ID, shards)
            .bytes(TopicLimits.TASK_BYTES_MAX + TopicLimits.SMALL_BYTES_MAX)
            .from(Role.REQUESTER, Role.WORKER)
            .of(Dispute.getClassSchema(), TaskExposed.getClassSchema()),
        TopicDraft.sharded("verdicts", TopicKey.REQUEST_ID, shards)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.COORDINATOR)
            .of(Verdict.getClassSchema()),
        TopicDraft.sharded("flags", TopicKey.REQUEST_ID, shards)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.COORDINATOR, Role.WORKER)
            .of(
                DutyBegun.getClassSchema(),
                FlagOpening.getClassSchema(),
                FlagDuty.getClassSchema(),
                ClaimIgnored.getClassSchema()));
  }

  List<Topic> all() {
    return List.of(accepted, challenges, commitments, openings, votes, disputes, verdicts, flags);
  }
}
