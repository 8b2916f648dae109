package io.verillm.streams.coordinator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.util.ArrayList;
import java.util.List;

/** What admission keeps of one segment of an answer. Fields are the state as stored. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class PrivateSegment {
  /** Authors by attempt. */
  List<String> authors = new ArrayList<>();

  /** Tokens of the attempt whose output was received whole; empty before. */
  int[] outputIds = {};

  boolean outputReceived;

  /** Whether the answer ends with it. */
  boolean last;

  /** Value bytes of the newest verdict, empty before. */
  byte[] verdict = {};
}
