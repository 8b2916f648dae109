package io.verillm.demo;

import io.verillm.local.SamplePrompts;
import io.verillm.models.BuiltInModel;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequestFailed;
import io.verillm.topics.RequesterClient;
import java.util.ArrayList;
import java.util.List;

/** The requests of a demo before they are posted. */
final class DemoDrafts {
  private DemoDrafts() {}

  /**
   * Drafts whose ids fall to the shards in turn, so that every worker is an author about as often.
   *
   * @throws RequestFailed if the registry does not know the model
   */
  static List<RequestDraft> of(RequesterClient client, Catalogue catalogue, DemoOptions options)
      throws RequestFailed {
    List<String> prompts = SamplePrompts.of(options.requests(), options.seed());
    List<RequestDraft> drafts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      RequestDraft draft = draft(client, prompts.get(i), options);
      while (catalogue.shardOf(draft.requestId()) != i % catalogue.shards()) {
        draft = draft(client, prompts.get(i), options);
      }
      drafts.add(draft);
    }
    return List.copyOf(drafts);
  }

  private static RequestDraft draft(RequesterClient client, String prompt, DemoOptions options)
      throws RequestFailed {
    return client.draft(BuiltInModel.NAME, prompt, options.maxTokens(), options.temperature());
  }
}
