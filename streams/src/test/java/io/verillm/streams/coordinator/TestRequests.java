package io.verillm.streams.coordinator;

import io.verillm.events.Request;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.UUID;

/** Requests that would be admitted. */
final class TestRequests {
  private TestRequests() {}

  static String id(int number) {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number).toString();
  }

  static Request request(int number) {
    return new Request(
        id(number),
        Wire.buffer(CoordinatorBed.signing("requester").publicKey().bytes()),
        Wire.buffer(new byte[32]),
        Wire.buffer(CoordinatorBed.MODEL),
        "Why?",
        10,
        0.0,
        1,
        1.0,
        3,
        1_000_000L,
        Wire.buffer(new byte[32]),
        0,
        Wire.buffer(new byte[0]),
        List.of(),
        0);
  }
}
