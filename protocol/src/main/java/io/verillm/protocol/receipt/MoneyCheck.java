package io.verillm.protocol.receipt;

import io.verillm.events.BondDecided;
import io.verillm.events.EscrowDecided;
import io.verillm.events.LockStake;
import io.verillm.events.Posting;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.protocol.event.Difference;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.EscrowAnswer;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * Applies the request's commands again with the ledger's own rules. What others did to the same
 * accounts a receipt does not hold: before each command every account outside the request has
 * exactly what the command's transfers took from it. Rich enough, it makes no difference; where the
 * ledger found too little, the transfers must say so.
 */
final class MoneyCheck {
  private final OpenReceipt receipt;
  private final ReceiptFindings findings;
  private final GroupedLedgerState state = new GroupedLedgerState();
  private final Ledger ledger;
  private final Map<Long, List<Entry>> byOffset = new TreeMap<>();

  /** What the ledger told the shard and no command was found to lead to. */
  private final List<Entry> answers;

  MoneyCheck(OpenReceipt receipt, int shards, ReceiptFindings findings) {
    this.receipt = receipt;
    this.findings = findings;
    this.ledger = new Ledger(state, shards);
    this.answers =
        receipt.log().stream()
            .filter(e -> e.event() instanceof EscrowDecided || e.event() instanceof BondDecided)
            .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The commands' offsets are those that the transfers name, in the order of both. */
  void run() {
    for (Entry entry : receipt.log()) {
      if (entry.event() instanceof Transfer transfer) {
        byOffset
            .computeIfAbsent(transfer.getCommandOffset(), offset -> new ArrayList<>())
            .add(entry);
      }
    }
    List<Map.Entry<Long, List<Entry>>> steps = new ArrayList<>(byOffset.entrySet());
    List<Entry> commands = receipt.log().stream().filter(e -> isCommand(e.event())).toList();
    for (int i = 0; i < commands.size(); i++) {
      if (i >= steps.size()) {
        findings.add(
            ReceiptRule.LEDGER, commands.get(i).name(), "the receipt holds no transfer of it");
      } else {
        apply(commands.get(i), steps.get(i).getKey(), steps.get(i).getValue());
      }
    }
    for (int i = commands.size(); i < steps.size(); i++) {
      findings.add(
          ReceiptRule.LEDGER,
          steps.get(i).getValue().getFirst().name(),
          "no command in the receipt leads to it");
    }
    for (Entry answer : answers) {
      findings.add(ReceiptRule.LEDGER, answer.name(), "no command in the receipt leads to it");
    }
    String escrow = Accounts.escrow(receipt.requestId());
    findings.check(
        ReceiptRule.LEDGER,
        ledger.balance(escrow) == 0,
        OpenReceipt.FILE,
        "%d units are left in %s".formatted(ledger.balance(escrow), escrow));
  }

  private static boolean isCommand(SpecificRecord event) {
    return event instanceof ReserveEscrow
        || event instanceof LockStake
        || event instanceof ReserveBond
        || event instanceof SettleBond
        || event instanceof SettleCase;
  }

  private void apply(Entry command, long offset, List<Entry> transfers) {
    endow(transfers);
    LedgerEffects effects;
    try {
      effects = ledger.apply(offset, command.event());
    } catch (RuntimeException e) {
      findings.add(ReceiptRule.LEDGER, command.name(), "it cannot be applied: " + e.getMessage());
      return;
    }
    for (int i = 0; i < Math.max(transfers.size(), effects.transfers().size()); i++) {
      if (i >= transfers.size()) {
        findings.add(
            ReceiptRule.LEDGER,
            effects.transfers().get(i).getTransferId(),
            "it follows from %s and is not in the receipt".formatted(command.name()));
      } else if (i >= effects.transfers().size()) {
        findings.add(
            ReceiptRule.LEDGER,
            transfers.get(i).name(),
            "it does not follow from " + command.name());
      } else {
        compare(transfers.get(i), effects.transfers().get(i));
      }
    }
    effects.escrows().forEach(this::compare);
  }

  private void compare(Entry entry, Transfer derived) {
    byte[] key = derived.getTransferId().getBytes(StandardCharsets.UTF_8);
    boolean same =
        EventCodec.isOf(entry.record().value(), derived)
            && Arrays.equals(entry.record().key(), key);
    findings.check(
        ReceiptRule.LEDGER, same, entry.name(), same ? "" : Difference.of(entry.record(), derived));
  }

  private void compare(EscrowAnswer answer) {
    Optional<Entry> told =
        answers.stream()
            .filter(e -> EventCodec.isOf(e.record().value(), answer.decision()))
            .findFirst();
    told.ifPresent(answers::remove);
    findings.check(
        ReceiptRule.LEDGER,
        told.isPresent() && answer.shard() == receipt.shard(),
        told.map(Entry::name).orElse(answer.decision().getSchema().getName()),
        "the ledger's answer is not what the reservation gives");
  }

  /** Gives accounts outside the request what the transfers took from them, and no more. */
  private void endow(List<Entry> transfers) {
    Map<String, Long> moved = new TreeMap<>();
    for (Entry entry : transfers) {
      for (Posting posting : ((Transfer) entry.event()).getPostings()) {
        moved.merge(posting.getAccount(), posting.getAmount(), Long::sum);
      }
    }
    String escrow = Accounts.escrow(receipt.requestId());
    moved.forEach((account, amount) -> {
      boolean own =
          account.equals(escrow)
              || account.startsWith(Accounts.bonds(receipt.requestId()))
              || account.startsWith(Accounts.locked(""));
      if (!own) {
        set(account, Math.max(0, -amount));
      }
    });
  }

  private void set(String account, long units) {
    String key = "balance/" + account;
    if (units == 0) {
      state.remove(key);
    } else {
      state.put(key, Long.toString(units));
    }
  }
}
