package io.verillm.streams.coordinator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What admission keeps of one request. Fields are the state as stored. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class PrivateRequest {
  /** Where a request is, as far as admission is concerned. */
  enum Stage {
    /** The ledger was asked for the escrow. */
    RESERVING,
    /** Escrow granted, no worker ready. */
    WAITING,
    ACCEPTED,
    REFUSED,
    /** No worker came in time; the escrow went back. */
    EXPIRED
  }

  String id = "";

  /** Value bytes of the signed request. */
  byte[] value = {};

  byte[] digest = {};
  Stage stage = Stage.RESERVING;
  int[] promptIds = {};
  long escrow;
  long price;

  /** Authors by attempt. */
  List<String> authors = new ArrayList<>();

  /** Tokens of the attempt whose output was received whole; empty before. */
  int[] outputIds = {};

  boolean outputReceived;

  /** Records sent to results. */
  int results;

  /** The request as it was signed. */
  Request request() {
    try {
      return EventCodec.decode(value, Request.class);
    } catch (UndecodableEvent e) {
      throw new IllegalStateException("stored request " + id + ": " + e.getMessage());
    }
  }

  /** Context of a checker: prompt and output. */
  int[] context() {
    int[] context = Arrays.copyOf(promptIds, promptIds.length + outputIds.length);
    System.arraycopy(outputIds, 0, context, promptIds.length, outputIds.length);
    return context;
  }

  static String key(String requestId) {
    return "request/" + requestId;
  }

  static String taskKey(Hash taskId) {
    return "task/" + taskId;
  }
}
