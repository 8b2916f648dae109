package io.verillm.streams.coordinator;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Request;
import io.verillm.events.Task;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.draw.Candidate;
import io.verillm.protocol.draw.CommitteeDraw;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.shard.Effect;
import io.verillm.schemas.EventCodec;
import io.verillm.streams.coordinator.RoleGuess.Seen;
import io.verillm.topics.Catalogue;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.io.File;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Workers that get tasks from the real admission code, for requests as a service might see them:
 * two thirds chat turns, a sixth over long contexts, a sixth of few tokens. Time is simulated, and
 * so the same for both roles behind a tick; tasks are sized, signed and given to workers as live.
 */
final class BlindWorld {
  private static final int SHARDS = 4;
  private static final int VOCABULARY = 32_000;
  private static final int TICK_MILLIS = 250;
  private static final double MILLIS_PER_TOKEN = 25;

  /** From a PREFILL to the first token behind it. */
  private static final double ANSWER_MILLIS = 100;

  /** From a tick to the first task that it gives. */
  private static final double SENT_MILLIS = 40;

  /** A context of so many tokens is read in a second. */
  private static final double READ_PER_SECOND = 4_000;

  /** How far apart two PREFILLs may be to be of one committee: what machines differ by. */
  private static final double TOGETHER_MILLIS = 250;

  private static final List<String> WORKERS =
      IntStream.rangeClosed(1, 30).mapToObj("w-%02d"::formatted).toList();

  private final Random random = new Random(7);
  private final CoordinatorKeys keys =
      new CoordinatorKeys(
          CoordinatorBed.signing("coordinator"), VrfKey.fromSeed(seed("vrf")), seed("secret"));
  private final EventSigner signer = new EventSigner(Signers.COORDINATOR, keys.signer());
  private final Catalogue catalogue = Catalogue.of(SHARDS);
  private final RegistrySnapshot registry = registry();
  private final List<Shard> shards = IntStream.range(0, SHARDS).mapToObj(Shard::new).toList();
  private final Map<String, History> histories = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::millis));
  private final List<Sight> seen = new ArrayList<>();
  private final double gapMillis;
  private final int checkers;
  private int requests;

  /**
   * A world.
   *
   * @param perSecond requests in a second, in each shard
   * @param checkers of a request
   */
  BlindWorld(double perSecond, int checkers) {
    this.gapMillis = 1_000 / (perSecond * SHARDS);
    this.checkers = checkers;
  }

  /** A mid-answer task, and when its PREFILL was ready. */
  private record Sight(Map<String, Seen> views, Shard shard, double ready) {
    /** With what a worker sees that keeps its PREFILL back: those of others at the same time. */
    Map<String, Seen> waited() {
      Seen plain = views.get("task");
      Map<String, Double> features = new TreeMap<>(plain.features());
      // Its own is among them, sent or not.
      features.put("others' PREFILLs", (double) shard.prefills(ready) - 1);
      Map<String, Seen> more = new TreeMap<>(views);
      more.put("waited", new Seen(plain.author(), features));
      return more;
    }
  }

  private record Event(double millis, Runnable action) {}

  /** What one worker knows of its own past. */
  private static final class History {
    double lastTask = -1e6;
    double lastAuthored = -1e6;
    int tasks;
    int authored;
    int open;
  }

  private final class Shard {
    final PrivateStore store;
    final Segments segments;
    final LiveSecrets secrets;
    final TreeMap<Double, Integer> prefills = new TreeMap<>();
    final PublicTrail trail = new PublicTrail();
    ProducerRecord<byte[], byte[]> sent;
    Task task;

    long prefills(double around) {
      return prefills
          .subMap(around - TOGETHER_MILLIS, true, around + TOGETHER_MILLIS, true)
          .values()
          .stream()
          .mapToInt(i -> i)
          .sum();
    }

    Shard(int number) {
      KeyValueStore<String, byte[]> kept =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore("private-" + number),
                  Serdes.String(),
                  Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      kept.init(
          new MockProcessorContext<byte[], Outgoing>(
                  new Properties(),
                  new TaskId(0, 0),
                  new File(System.getProperty("java.io.tmpdir")))
              .getStateStoreContext(),
          kept);
      store = new PrivateStore(kept);
      Outbox out = new Sent();
      segments =
          new Segments(
              catalogue,
              number,
              keys,
              () -> registry,
              model -> WORKERS,
              CoordinatorBed.covered(),
              store,
              new Results(catalogue, keys, store, new FakeTexts(), out),
              out);
      secrets = new LiveSecrets(keys, store, CoordinatorBed.covered());
    }

    private final class Sent implements Outbox {
      @Override
      public byte[] send(Topic topic, byte[] key, SpecificRecord event) {
        if (event instanceof Task given) {
          task = given;
          sent = SignedRecords.signed(topic, null, key, event, signer);
        }
        return new byte[0];
      }

      @Override
      public byte[] send(Topic topic, int partition, byte[] key, SpecificRecord event) {
        return send(topic, key, event);
      }

      @Override
      public void refuse(SignedRecord record, DeadLetterReason reason, String detail) {
        throw new AssertionError(reason + ": " + detail);
      }
    }
  }

  private static byte[] seed(String name) {
    return HashInput.of("blinding").add(name).hash().bytes();
  }

  private RegistrySnapshot registry() {
    RegistrySnapshot empty = RegistrySnapshot.empty();
    CoordinatorRegistered coordinator =
        new RegisteredCoordinator(
                "coordinator-1",
                keys.signer().publicKey(),
                keys.vrf().publicKey(),
                1,
                List.of(
                    new RegisteredWitness(
                        "witness-1", keys.signer().publicKey(), keys.vrf().publicKey())))
            .toEvent();
    ModelRegistered model =
        new ModelRegistered(
            Wire.buffer(CoordinatorBed.MODEL),
            "test",
            "cpu",
            "fp32",
            List.of("block-0", "norm"),
            4,
            VOCABULARY,
            2,
            8_192,
            100L);
    return register(register(empty, coordinator), model);
  }

  private RegistrySnapshot register(RegistrySnapshot before, SpecificRecord event) {
    return before
        .apply(
            signer.sign(
                catalogue.registry().name(),
                0,
                RegistrySubject.of(event),
                EventCodec.encode(event)))
        .snapshot();
  }

  /** Plays until so many mid-answer tasks were given; what was seen, by set of features. */
  List<Map<String, Seen>> play(int wanted) {
    at(0, () -> arrive(0));
    while (seen.size() < wanted) {
      events.remove().action().run();
    }
    return seen.stream().map(Sight::waited).toList();
  }

  private void at(double millis, Runnable action) {
    events.add(new Event(millis, action));
  }

  private void arrive(double now) {
    double next = now - gapMillis * Math.log(1 - random.nextDouble());
    at(next, () -> arrive(next));
    new Flow(requests++, now).begin();
  }

  /** One request on its way. */
  private final class Flow {
    final Shard shard;
    final double accepted;
    final Request request;
    final PrivateRequest kept = new PrivateRequest();
    final int answer;

    /** When the last PREFILL was sealed. */
    double ready;

    /** When all of the committee's were. */
    double checked;

    Flow(int number, double now) {
      shard = shards.get(random.nextInt(SHARDS));
      accepted = now;
      int kind = random.nextInt(6);
      int prompt = kind < 4 ? 20 + log(120) : kind == 4 ? 1_200 + log(1_500) : 10 + log(30);
      int maxTokens =
          kind < 4 ? List.of(128, 256, 512).get(random.nextInt(3)) : kind == 4 ? 256 : 32;
      answer = Math.min(maxTokens, 1 + log(kind < 4 ? 180 : kind == 4 ? 120 : 16));
      request =
          Request.newBuilder(TestRequests.request(1))
              .setRequestId(
                  new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number).toString())
              .setMaxTokens(maxTokens)
              .setCheckers(checkers)
              .setHandovers(1)
              .setTemperature(random.nextInt(3) / 2.0)
              .build();
      kept.id = request.getRequestId();
      kept.value = EventCodec.encode(request);
      kept.promptIds = tokens(prompt);
      shard.store.put(kept);
    }

    private int log(double median) {
      return (int) Math.min(5_000, Math.exp(Math.log(median) + 0.8 * random.nextGaussian()));
    }

    private int[] tokens(int count) {
      return random.ints(count, 0, VOCABULARY).toArray();
    }

    void begin() {
      shard.trail.accepted(kept.id, accepted, request.getMaxTokens());
      give(accepted, 0, true, shard.secrets.author(kept.id, 0, 0, WORKERS).orElseThrow());
      int cut =
          HandoverPlan.points(keys, kept.id, request.getMaxTokens(), request.getHandovers())
              .getFirst();
      int first = Math.min(cut, answer);
      write(0, first);
    }

    /** Tokens come when the context was read and the coordinator has answered. */
    private void write(int segment, int tokens) {
      double done = ready + ANSWER_MILLIS + tokens * MILLIS_PER_TOKEN;
      double told = tick(done);
      at(
          told,
          () -> {
            shard.trail.finished(kept.id + segment, done);
            finished(told, segment, tokens);
          });
    }

    /** A segment's output is held; at the next tick deciding goes on. */
    private void finished(double now, int segment, int tokens) {
      PrivateRequest stored = shard.store.request(kept.id).orElseThrow();
      stored.segment(segment).outputIds = tokens(tokens);
      stored.segment(segment).outputReceived = true;
      shard.store.put(stored);
      if (segment == 0 && tokens < answer) {
        List<String> free = free(stored);
        give(now, 1, true, shard.secrets.author(kept.id, 1, 0, free).orElseThrow());
        write(1, answer - tokens);
        return;
      }
      Hash draw = HashInput.of("committee").add(kept.id).hash();
      List<Candidate> eligible = free(stored).stream().map(w -> new Candidate(w, 1_000)).toList();
      CommitteeDraw.draw(draw, eligible, request.getCheckers())
          .forEach(w -> {
            give(now, segment + 1, false, w);
            checked = Math.max(checked, ready);
          });
      at(tick(checked), () -> shard.trail.challenged(kept.id));
    }

    private List<String> free(PrivateRequest stored) {
      List<String> busy = stored.authors().toList();
      return WORKERS.stream().filter(w -> !busy.contains(w)).toList();
    }

    /** The coordinator's work at a tick ends some time behind it, whatever it gives. */
    private double tick(double millis) {
      return Math.ceil(millis / TICK_MILLIS) * TICK_MILLIS + SENT_MILLIS + 30 * random.nextDouble();
    }

    private void give(double now, int segment, boolean author, String worker) {
      Hash taskId = HashInput.of("task").add(kept.id).add(segment).add(worker).hash();
      shard.segments.assign(
          new Effect.Assign(
              kept.id, segment, author ? 0 : 1, segment == 0 ? 1 : 0, worker, taskId, author));
      History own = histories.computeIfAbsent(worker, w -> new History());
      double takes = shard.task.getContext().size() / READ_PER_SECOND * 1_000;
      ready = now + 50 + takes * (0.9 + 0.2 * random.nextDouble());
      shard.prefills.merge(ready, 1, Integer::sum);
      if (author) {
        shard.trail.prefilled(kept.id + segment, ready);
      }
      if (segment > 0) {
        seen.add(new Sight(see(now, author, own), shard, ready));
      }
      own.tasks++;
      own.open++;
      own.lastTask = now;
      at(
          now + 500,
          () -> {
            own.open--;
            if (author) {
              own.authored++;
              own.lastAuthored = now;
            }
          });
    }

    private Map<String, Seen> see(double now, boolean author, History own) {
      Task task = shard.task;
      Map<String, Double> plain = new TreeMap<>();
      plain.put("record bytes", (double) shard.sent.value().length);
      plain.put("key bytes", (double) shard.sent.key().length);
      plain.put("headers", (double) shard.sent.headers().toArray().length);
      for (var header : shard.sent.headers()) {
        plain.put("header " + header.key(), (double) header.value().length);
      }
      plain.put("task id", (double) task.getTaskId().get(0));
      plain.put("nonce", (double) task.getNonce().get(0));
      plain.put("salt", (double) task.getPromptSalt().get(0));
      plain.put("seed", (double) task.getSeed().get(0));
      plain.put("shard", (double) task.getShard());
      plain.put("prompt length", (double) task.getPromptLength());
      plain.put("temperature", task.getTemperature());
      plain.put("top k", (double) task.getTopK());
      plain.put("top p", task.getTopP());
      plain.put("position limit", (double) task.getPositionLimit());
      plain.put("ahead", (double) task.getAhead());
      plain.put("time of the hour", now % 3_600_000);
      plain.put("since my last task", Math.min(60_000, now - own.lastTask));
      plain.put("since I last authored", Math.min(60_000, now - own.lastAuthored));
      plain.put("my share of authoring", own.tasks == 0 ? 0.5 : (double) own.authored / own.tasks);
      plain.put("my open tasks", (double) own.open);
      PublicTrail.Own mine =
          new PublicTrail.Own(
              now,
              Math.floor((now - SENT_MILLIS) / TICK_MILLIS) * TICK_MILLIS,
              task.getPromptLength(),
              shard.sent.value().length,
              VOCABULARY,
              READ_PER_SECOND);
      Map<String, Double> requests = new TreeMap<>(plain);
      requests.putAll(shard.trail.requests(mine));
      Map<String, Double> followed = new TreeMap<>(requests);
      followed.putAll(shard.trail.followed(mine, TICK_MILLIS));
      Map<String, Double> length = new TreeMap<>(plain);
      length.put("answer length", (double) (task.getContext().size() - task.getPromptLength()));
      length.put("padding", (double) task.getPadding().remaining());
      Map<String, Double> both = new TreeMap<>(length);
      both.putAll(followed);
      Map<String, Seen> views = new TreeMap<>();
      views.put("task", new Seen(author, plain));
      views.put("requests", new Seen(author, requests));
      views.put("followed", new Seen(author, followed));
      views.put("length", new Seen(author, length));
      views.put("both", new Seen(author, both));
      return views;
    }
  }
}
