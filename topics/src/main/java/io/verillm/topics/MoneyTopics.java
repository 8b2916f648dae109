package io.verillm.topics;

import io.verillm.events.Balance;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.DutyMissed;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Score;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import java.util.List;

/**
 * The ledger: what it is told and what it says.
 *
 * @param ledgerCommands commands to the ledger, in the one order that money has
 * @param transfers balanced sets of postings
 * @param scores peer scores
 * @param balances balances; derived from transfers, so only the last one of an account is kept
 */
record MoneyTopics(Topic ledgerCommands, Topic transfers, Topic scores, Topic balances) {
  static MoneyTopics of() {
    return new MoneyTopics(
        TopicDraft.single("ledger-commands", TopicKey.COMMAND_ID)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.COORDINATOR)
            .of(
                FundAccount.getClassSchema(),
                ReserveEscrow.getClassSchema(),
                ReserveBond.getClassSchema(),
                SettleBond.getClassSchema(),
                LockStake.getClassSchema(),
                SettleCase.getClassSchema(),
                DutyMissed.getClassSchema(),
                CloseScoringEpoch.getClassSchema()),
        TopicDraft.single("transfers", TopicKey.COMMAND_ID)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .from(Role.LEDGER)
            .of(Transfer.getClassSchema()),
        TopicDraft.single("scores", TopicKey.WORKER).from(Role.LEDGER).of(Score.getClassSchema()),
        TopicDraft.single("balances", TopicKey.ACCOUNT)
            .kept(Retention.COMPACT)
            .from(Role.LEDGER)
            .of(Balance.getClassSchema()));
  }

  List<Topic> all() {
    return List.of(ledgerCommands, transfers, scores, balances);
  }
}
