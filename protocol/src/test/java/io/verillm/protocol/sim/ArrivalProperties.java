package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sim.SimLog.Sent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.avro.specific.SpecificRecord;

/**
 * However workers' records arrive, as far as the log allows it, verdicts, settlements and balances
 * are the same under the same draws.
 */
class ArrivalProperties {
  /** Ways in which the records of one run arrive: each is compared with the run in order. */
  private static final int WAYS = 4;

  private static final Map<String, Double> CROWD =
      Map.of("lazy", 0.1, "int8", 0.1, "grief-unsure", 0.1, "disputing", 0.1);

  /** Hand-overs, flags, disputes and second rounds are all in it, and commands come again too. */
  @Property(tries = 8)
  void shouldDecideTheSameHoweverRecordsOfAnEpochAreMixedAndRepeated(
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    SimulationSettings settings =
        SimulationSettings.usual(seed, 16, 3).with(0, CROWD).withFlags(0.1, 0.1);
    Draws draws = new Draws(seed);
    Random random = new Random(seed);

    String inOrder = decided(settings, draws, SimLog.Arrival.IN_ORDER);

    for (int way = 0; way < WAYS; way++) {
      assertThat(decided(settings, draws, new Mixed(random))).isEqualTo(inOrder);
    }
  }

  /** Flags and disputes wait for nobody: their windows are shorter than these delays. */
  @Property(tries = 40)
  void shouldDecideTheSameHoweverRecordsAreDelayedWithinTheirDeadlines(
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    // One request: others would move the stakes that draws go by.
    SimulationSettings settings =
        SimulationSettings.usual(seed, 1, 3).with(0, CROWD).withFlags(0.2, 0.2);
    Draws draws = new Draws(seed);
    Random random = new Random(seed);

    String inTime = decided(settings, draws, SimLog.Arrival.IN_ORDER);

    for (int way = 0; way < WAYS; way++) {
      assertThat(decided(settings, draws, new Delayed(random))).isEqualTo(inTime);
    }
  }

  private static String decided(SimulationSettings settings, Draws draws, SimLog.Arrival arrival) {
    KeyRing keys = new StandInKeys(settings.seed(), draws::of);
    SimLog log = new SimLog(keys, Simulation.WITNESSES, false, arrival);
    return Simulation.record(settings, keys, log, effect -> {}, new HonestRuns()).decisions();
  }

  /** Outputs by a draw's name without the randomness, which the order of records goes into. */
  private static final class Draws {
    private final long seed;
    private final Map<ByteBuffer, Hash> drawn = new HashMap<>();

    Draws(long seed) {
      this.seed = seed;
    }

    Optional<Hash> of(byte[] alpha) {
      boolean ofEpoch = alpha.length > 4 && alpha[4] == 'c';
      byte[] name = ofEpoch ? Arrays.copyOf(alpha, alpha.length - Hash.LENGTH) : alpha;
      return Optional.of(
          drawn.computeIfAbsent(
              ByteBuffer.wrap(name),
              n -> io.verillm.protocol.crypto.HashInput.of("drawn").add(seed).add(name).hash()));
    }
  }

  /** Another order within each epoch, and some records and commands again. */
  private record Mixed(Random random) implements SimLog.Arrival {
    @Override
    public List<Sent> of(String topic, List<Sent> sent) {
      return repeated(mixed(sent, random), random);
    }

    @Override
    public int times(SpecificRecord command) {
      return 1 + random.nextInt(2);
    }
  }

  /** Any order in which each signer's own records keep theirs. */
  private static List<Sent> mixed(List<Sent> sent, Random random) {
    Map<String, Deque<Sent>> bySigner = new LinkedHashMap<>();
    sent.forEach(s -> bySigner.computeIfAbsent(s.signer(), n -> new ArrayDeque<>()).add(s));
    List<Deque<Sent>> queues = new ArrayList<>(bySigner.values());
    List<Sent> mixed = new ArrayList<>();
    while (!queues.isEmpty()) {
      Deque<Sent> next = queues.get(random.nextInt(queues.size()));
      mixed.add(next.removeFirst());
      queues.removeIf(Deque::isEmpty);
    }
    return mixed;
  }

  private static List<Sent> repeated(List<Sent> sent, Random random) {
    List<Sent> repeated = new ArrayList<>();
    for (Sent next : sent) {
      repeated.add(next);
      if (random.nextInt(3) == 0) {
        repeated.add(repeated.get(random.nextInt(repeated.size())));
      }
    }
    return repeated;
  }

  /** Keeps records back for some epochs, together with what the same worker sends later. */
  private static final class Delayed implements SimLog.Arrival {
    private static final int EPOCHS_MAX = 3;

    private final Random random;
    private final Map<String, List<Sent>> waiting = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();

    Delayed(Random random) {
      this.random = random;
    }

    @Override
    public List<Sent> of(String topic, List<Sent> sent) {
      if (topic.equals(SimLog.TOPICS.disputes()) || topic.equals(SimLog.TOPICS.flags())) {
        return sent;
      }
      List<Sent> all = waiting.computeIfAbsent(topic, t -> new ArrayList<>());
      all.addAll(sent);
      boolean waits = !all.isEmpty() && epochs.merge(topic, 1, Integer::sum) <= EPOCHS_MAX;
      if (waits && random.nextInt(3) > 0) {
        // A part arrives: whole prefixes, so that each signer's order stays.
        List<Sent> now = new ArrayList<>(all.subList(0, random.nextInt(all.size())));
        all.subList(0, now.size()).clear();
        return now;
      }
      epochs.remove(topic);
      List<Sent> now = new ArrayList<>(all);
      all.clear();
      return now;
    }
  }
}
