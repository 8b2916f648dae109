package io.verillm.protocol.event;

import io.verillm.events.Commitment;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.FlagDuty;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.Tokens;
import io.verillm.events.Vote;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import org.apache.avro.specific.SpecificRecord;

/** Every worker may write where workers write, but each for itself alone. */
public final class OwnWords {
  private OwnWords() {}

  /**
   * Whether the signer may say this.
   *
   * @param signer signer header, its signature verified
   * @return false where the event names another worker as the one that says it
   */
  public static boolean of(String signer, SpecificRecord event) {
    return switch (event) {
      case WorkerRegistered registered -> is(signer, registered.getWorker());
      case WorkerReady ready -> is(signer, ready.getWorker());
      case Commitment commitment -> is(signer, commitment.getWorker());
      case Opening opening -> is(signer, opening.getWorker());
      case PrivateOpening opening -> is(signer, opening.getWorker());
      case EncryptionKeyRegistered key -> signer.equals(key.getParty());
      case Vote vote -> is(signer, vote.getWorker());
      case FlagDuty duty -> is(signer, duty.getSentinel());
      case Tokens tokens -> is(signer, tokens.getWorker());
      default -> true;
    };
  }

  private static boolean is(String signer, String worker) {
    return signer.equals(Signers.worker(worker));
  }
}
