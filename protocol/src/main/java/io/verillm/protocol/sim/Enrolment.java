package io.verillm.protocol.sim;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.FundAccount;
import io.verillm.events.NamedWitness;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import java.util.Collection;
import java.util.List;

/** What stands on the log before the first request: who takes part, the model, and the money. */
final class Enrolment {
  private static final long REQUESTER_FUNDS = 1_000_000_000_000_000L;
  private static final int REQUESTER_FUNDINGS = 5;

  private final KeyRing keys;
  private final CoreDriver core;

  Enrolment(KeyRing keys, CoreDriver core) {
    this.keys = keys;
    this.core = core;
  }

  void register(
      List<String> witnesses,
      Parameters parameters,
      SimulationSettings.Money money,
      Collection<Worker> workers) {
    core.register(
        Signers.COORDINATOR,
        new CoordinatorRegistered(
            "coordinator-1",
            Wire.buffer(publicKey(Signers.COORDINATOR)),
            Wire.buffer(keys.vrfKey(Signers.COORDINATOR)),
            1,
            witnesses,
            witnesses.stream().map(this::named).toList()));
    for (String id : witnesses) {
      String signer = Signers.witness(id);
      core.register(
          signer,
          new WitnessRegistered(
              id, Wire.buffer(publicKey(signer)), Wire.buffer(keys.vrfKey(signer))));
    }
    core.register(Signers.COORDINATOR, SimulatedModel.registered());
    core.register(Signers.COORDINATOR, SimulatedModel.calibration());
    core.register(Signers.COORDINATOR, parameters.toEvent());
    fund("fund/treasury", Accounts.TREASURY, money.fundingUnits());
    for (int i = 0; i < REQUESTER_FUNDINGS; i++) {
      fund("fund/requester/" + i, SimulatedRequest.REQUESTER, REQUESTER_FUNDS);
    }
    for (Worker worker : workers) {
      register(worker);
      fund("fund/" + worker.id(), Accounts.stake(worker.id()), money.stakeUnits());
    }
    core.apply();
  }

  private NamedWitness named(String id) {
    String signer = Signers.witness(id);
    return new NamedWitness(id, Wire.buffer(publicKey(signer)), Wire.buffer(keys.vrfKey(signer)));
  }

  private void register(Worker worker) {
    String signer = Signers.worker(worker.id());
    core.register(
        signer,
        new WorkerRegistered(
            worker.id(),
            "op-" + worker.id(),
            Wire.buffer(publicKey(signer)),
            Wire.buffer(keys.vrfKey(signer))));
    core.register(
        signer,
        new WorkerReady(
            worker.id(),
            List.of(Wire.buffer(SimulatedModel.ID)),
            SimulatedModel.PROFILE,
            true,
            1L));
  }

  /** Nothing is no amount that could be brought in. */
  private void fund(String command, String account, long units) {
    if (units > 0) {
      core.command(new FundAccount(command, account, units));
    }
  }

  private byte[] publicKey(String signer) {
    return keys.signer(SimLog.keyName(signer)).publicKey().bytes();
  }
}
