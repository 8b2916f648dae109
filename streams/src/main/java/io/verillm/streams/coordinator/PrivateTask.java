package io.verillm.streams.coordinator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.util.Arrays;

/** What admission keeps of one task. Fields are the state as stored. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class PrivateTask {
  String requestId = "";
  int segment;
  int attempt;
  String worker = "";
  boolean author;

  /** Positions of the context. */
  int contextSize;

  /** Positions at which an author's segment ends at the latest. */
  int stop;

  boolean prefilled;

  /** Output tag of the FINAL commitment, empty before. */
  byte[] outputTag = {};

  /** Number of the next tokens record. */
  int nextSequence;

  int[] tokens = {};

  /** Finish reason of the last tokens record, empty before. */
  String finish = "";

  /** Position behind the last token that was received. */
  int size() {
    return contextSize + tokens.length;
  }

  void append(Iterable<Integer> ids, int count) {
    int end = tokens.length;
    tokens = Arrays.copyOf(tokens, end + count);
    for (int id : ids) {
      tokens[end++] = id;
    }
  }
}
