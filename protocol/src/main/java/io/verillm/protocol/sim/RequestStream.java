package io.verillm.protocol.sim;

import io.verillm.events.FlagKind;
import io.verillm.events.RequestInput;
import io.verillm.events.ReserveEscrow;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** All requests of a run, drawn from its seed: which prompt, and whether one is planted. */
final class RequestStream {
  private final SimulationSettings settings;
  private final Parameters parameters;
  private final World world;
  private final SimCoordinator coordinator;
  private final CoreDriver core;
  private final Parties parties;
  private final List<String> sentinels;
  private final List<RequestInHand> waiting = new ArrayList<>();
  private final Map<Integer, Hash> promptHashes = new HashMap<>();

  /**
   * Nothing asked yet.
   *
   * @param sentinels who plants flags
   */
  RequestStream(
      SimulationSettings settings,
      World world,
      SimCoordinator coordinator,
      CoreDriver core,
      Parties parties,
      List<String> sentinels) {
    this.settings = settings;
    this.parameters = settings.parameters();
    this.world = world;
    this.coordinator = coordinator;
    this.core = core;
    this.parties = parties;
    this.sentinels = sentinels;
  }

  /** Asks for the next one; {@link #admit} has it accepted. */
  void ask(int number) {
    SplittableRandom random = Noise.of(settings.seed(), 31, number);
    FlagKind flag = flag(random.nextDouble());
    SimulatedRequest request =
        new SimulatedRequest(number, random.nextInt(Script.COUNT), flag, settings.handovers());
    if (flag != FlagKind.NONE && !sentinels.isEmpty()) {
      coordinator.sentinel(request.id(), sentinels.get(random.nextInt(sentinels.size())));
    }
    long escrow = parameters.escrow(request.price(), settings.committee() + settings.handovers());
    Hash promptHash =
        promptHashes.computeIfAbsent(request.script(), s -> SimulatedRequest.promptHash(world, s));
    RequestInput input = request.input(promptHash);
    coordinator.asked(request.id(), input);
    RequestInHand inHand =
        new RequestInHand(request, request.accepted(input, settings.committee(), escrow));
    parties.expect(inHand);
    core.command(
        new ReserveEscrow(
            "reserve/" + request.id(), request.id(), 0, SimulatedRequest.REQUESTER, escrow, 0));
    waiting.add(inHand);
  }

  /** Accepts what waits, if anybody has the stake to write it. */
  void admit() {
    // Whoever waited too long for a worker has had a verdict.
    waiting.removeIf(request -> parties.request(request.request.id()) == null);
    if (waiting.isEmpty()) {
      return;
    }
    List<String> authors = core.shard().view().authors(SimulatedModel.ID);
    if (!authors.isEmpty()) {
      for (RequestInHand request : waiting) {
        coordinator.admitted(request.request.id(), authors.getFirst());
        core.post(Signers.COORDINATOR, SimLog.TOPICS.accepted(), request.accepted);
      }
      waiting.clear();
    }
  }

  private FlagKind flag(double drawn) {
    if (drawn < settings.flags().bad()) {
      return FlagKind.BAD;
    }
    return drawn < settings.flags().bad() + settings.flags().good() ? FlagKind.GOOD : FlagKind.NONE;
  }
}
