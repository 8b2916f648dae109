package io.verillm.protocol.shard;

import org.jspecify.annotations.Nullable;

/** What can be said of a request, as the page's tables name it. */
enum Said {
  AUTHOR_COMMITMENT("author's commitment", Input.AUTHOR_COMMITMENT),
  CHECKER_COMMITMENT("checker's", Input.CHECKER_COMMITMENT),
  OUTPUT_READY("`OutputReady`", Input.OUTPUT_READY),
  OPENING("opening", Input.OPENING),
  VOTE("vote", Input.VOTE),
  EXPOSED_TASK("exposed task", Input.EXPOSED_TASK),
  DISPUTE("dispute", Input.DISPUTE),
  BOND("bond", Input.BOND),
  FLAG("flag", Input.FLAG),
  IGNORED_CLAIM("ignored claim", Input.FLAG),

  /** By a first author whose place another has. */
  REPLACED_COMMITMENT("replaced author's commitment", null),
  /** A {@code PrivateOpening}, of a request that is not private. */
  OTHER_MODE("opening in the other mode", null),
  EARLIER_COMMITMENT("commitment of round 1", null),
  EARLIER_OPENING("opening of round 1", null),
  EARLIER_VOTE("vote of round 1", null);

  final String heading;
  final @Nullable Input input;

  Said(String heading, @Nullable Input input) {
    this.heading = heading;
    this.input = input;
  }
}
