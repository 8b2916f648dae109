package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.BondDecided;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagOpening;
import io.verillm.events.LockStake;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.Signers;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Who must have signed an event of a receipt's log, and on which topic it lies. */
final class Authorship {
  private final ReceiptTopics topics;

  Authorship(ReceiptTopics topics) {
    this.topics = topics;
  }

  /** The signer header; empty for an event that no receipt holds. */
  static Optional<String> signer(Entry entry) {
    return Optional.ofNullable(
        switch (entry.event()) {
          case RegistryUpdate e -> Signers.COORDINATOR;
          case Accepted e -> Signers.COORDINATOR;
          case OutputReady e -> Signers.COORDINATOR;
          case TasksIssued e -> Signers.COORDINATOR;
          case Challenge e -> Signers.COORDINATOR;
          case DutyBegun e -> Signers.COORDINATOR;
          case Verdict e -> Signers.COORDINATOR;
          case ReserveEscrow e -> Signers.COORDINATOR;
          case LockStake e -> Signers.COORDINATOR;
          case SettleCase e -> Signers.COORDINATOR;
          case ReserveBond e -> Signers.COORDINATOR;
          case SettleBond e -> Signers.COORDINATOR;
          case WitnessRemoved e -> Signers.SEALER;
          case StakeChanged e -> Signers.LEDGER;
          case EscrowDecided e -> Signers.LEDGER;
          case BondDecided e -> Signers.LEDGER;
          case Transfer e -> Signers.LEDGER;
          case Commitment e -> Signers.worker(e.getWorker());
          case Opening e -> Signers.worker(e.getWorker());
          case PrivateOpening e -> Signers.worker(e.getWorker());
          case Vote e -> Signers.worker(e.getWorker());
          // Who shows a task need not be named in what it shows.
          case TaskExposed e when entry.record().signer().startsWith(Signers.worker("")) ->
              entry.record().signer();
          // Deciding asks whether it is a party's; the key of a requester stands in the event.
          case Dispute e -> entry.record().signer();
          // That it is the author deciding looks at.
          case FlagOpening e when entry.record().signer().startsWith(Signers.worker("")) ->
              entry.record().signer();
          default -> null;
        });
  }

  /** The topic; empty for an event that no receipt holds. */
  Optional<String> topic(SpecificRecord event) {
    return Optional.ofNullable(
        switch (event) {
          case RegistryUpdate e -> topics.shard().spine();
          case WitnessRemoved e -> topics.shard().spine();
          case StakeChanged e -> topics.shard().spine();
          case EscrowDecided e -> topics.shard().spine();
          case BondDecided e -> topics.shard().spine();
          case Accepted e -> topics.shard().accepted();
          case OutputReady e -> topics.shard().accepted();
          case TasksIssued e -> topics.shard().accepted();
          case Commitment e -> topics.shard().commitments();
          case Opening e -> topics.shard().openings();
          case PrivateOpening e -> topics.shard().openings();
          case Vote e -> topics.shard().votes();
          case TaskExposed e -> topics.shard().disputes();
          case Dispute e -> topics.shard().disputes();
          case FlagOpening e -> topics.shard().flags();
          case DutyBegun e -> topics.shard().flags();
          case Challenge e -> topics.challenges();
          case Verdict e -> topics.verdicts();
          case ReserveEscrow e -> topics.ledgerCommands();
          case LockStake e -> topics.ledgerCommands();
          case SettleCase e -> topics.ledgerCommands();
          case ReserveBond e -> topics.ledgerCommands();
          case SettleBond e -> topics.ledgerCommands();
          case Transfer e -> topics.transfers();
          default -> null;
        });
  }
}
