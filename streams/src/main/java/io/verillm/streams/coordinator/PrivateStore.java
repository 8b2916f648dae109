package io.verillm.streams.coordinator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.events.FlagClaim;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Requests and tasks with what only coordinator, requester and worker may know. */
final class PrivateStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeyValueStore<String, byte[]> store;

  PrivateStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  Optional<PrivateRequest> request(String requestId) {
    return read(PrivateRequest.key(requestId), PrivateRequest.class);
  }

  Optional<PrivateTask> task(Hash taskId) {
    return read(PrivateRequest.taskKey(taskId), PrivateTask.class);
  }

  void put(PrivateRequest request) {
    store.put(PrivateRequest.key(request.id), write(request));
  }

  void put(Hash taskId, PrivateTask task) {
    store.put(PrivateRequest.taskKey(taskId), write(task));
  }

  /** Whether a request was posted for this slot of a sentinel's duty. */
  boolean isClaimed(FlagClaim claim) {
    return store.get(key(claim)) != null;
  }

  /** Remembers the request of a slot. */
  void claim(FlagClaim claim, String requestId) {
    store.put(key(claim), requestId.getBytes(StandardCharsets.UTF_8));
  }

  /** Forgets the request of a slot: it was never accepted. */
  void release(FlagClaim claim) {
    store.delete(key(claim));
  }

  private static String key(FlagClaim claim) {
    return "flag/%s/%d/%d".formatted(claim.getSentinel(), claim.getDutyEpoch(), claim.getSlot());
  }

  /** Requests with a granted escrow that wait for a worker, oldest id first. */
  List<PrivateRequest> waiting() {
    return requests().stream().filter(r -> r.stage == PrivateRequest.Stage.WAITING).toList();
  }

  private List<PrivateRequest> requests() {
    List<PrivateRequest> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.range("request/", "request0")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        read(entry.key, PrivateRequest.class).ifPresent(found::add);
      }
    }
    return found;
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    byte[] value = store.get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(value, type));
    } catch (IOException e) {
      throw new UncheckedIOException("stored " + key, e);
    }
  }

  private static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
