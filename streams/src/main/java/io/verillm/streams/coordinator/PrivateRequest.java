package io.verillm.streams.coordinator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

  /** Segments that were begun, in order. */
  List<PrivateSegment> segments = new ArrayList<>();

  /** Tokens of the answer that the requester was told. */
  int told;

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

  /** What its answer follows from. */
  RequestInput input(CoordinatorKeys keys) {
    Request request = request();
    return new RequestInput(
        Wire.buffer(Digests.promptHash(keys.promptSalt(id).bytes(), promptIds)),
        promptIds.length,
        request.getTemperature(),
        request.getTopK(),
        request.getTopP(),
        Wire.buffer(Segments.seed(request)),
        Wire.buffer(keys.inputSalt(id)));
  }

  /** A segment; it and those before it are begun if they were not. */
  PrivateSegment segment(int number) {
    while (segments.size() <= number) {
      segments.add(new PrivateSegment());
    }
    return segments.get(number);
  }

  /** Tokens of the first segments. */
  int[] answer(int count) {
    return segments.stream()
        .limit(count)
        .flatMapToInt(segment -> Arrays.stream(segment.outputIds))
        .toArray();
  }

  /** Prompt and the output of the first segments. */
  int[] context(int count) {
    return IntStream.concat(Arrays.stream(promptIds), Arrays.stream(answer(count))).toArray();
  }

  /** Everybody who was given a segment of it. */
  Stream<String> authors() {
    return segments.stream().flatMap(segment -> segment.authors.stream());
  }

  static String key(String requestId) {
    return "request/" + requestId;
  }

  static String taskKey(Hash taskId) {
    return "task/" + taskId;
  }
}
