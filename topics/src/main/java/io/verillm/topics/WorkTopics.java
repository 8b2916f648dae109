package io.verillm.topics;

import io.verillm.events.PrivateResult;
import io.verillm.events.Request;
import io.verillm.events.Result;
import io.verillm.events.Tokens;
import java.util.List;

/**
 * What requesters ask for and what the coordinator hands out and gets back: private.
 *
 * @param requests signed requests
 * @param tokens generated tokens, unverified; partition = the task's shard
 * @param results what requesters see
 */
record WorkTopics(Topic requests, Topic tokens, Topic results) {
  static WorkTopics of(int shards) {
    return new WorkTopics(
        TopicDraft.sharded("requests", TopicKey.REQUEST_ID, shards)
            .kept(Retention.SHORT)
            .bytes(TopicLimits.REQUEST_BYTES_MAX)
            .from(Role.REQUESTER, Role.POSTER)
            .to(Role.COORDINATOR)
            .of(Request.getClassSchema()),
        TopicDraft.sharded("tokens", TopicKey.TASK_ID, shards)
            .kept(Retention.SHORT)
            .from(Role.WORKER)
            .to(Role.COORDINATOR)
            .of(Tokens.getClassSchema()),
        TopicDraft.sharded("results", TopicKey.REQUEST_ID, shards)
            .kept(Retention.SHORT)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.COORDINATOR)
            .to(Role.REQUESTER)
            .of(Result.getClassSchema(), PrivateResult.getClassSchema()));
  }

  List<Topic> all() {
    return List.of(requests, tokens, results);
  }
}
