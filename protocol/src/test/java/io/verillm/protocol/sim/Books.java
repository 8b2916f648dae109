package io.verillm.protocol.sim;

import io.verillm.events.Balance;
import io.verillm.events.FundAccount;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Posting;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.LedgerEffects;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** What a ledger would tell of any postings at all, with the balances that follow from them. */
final class Books {
  static final String REQUEST = "0190-request";
  static final String REQUESTER = "requester:0123456789abcdef";

  private static final Hash TASK = Hashing.sha256(new byte[] {1});
  private static final long RESERVED = 10;

  private final BiConsumer<SpecificRecord, LedgerEffects> reader;
  private final Map<String, Long> sums = new TreeMap<>();

  Books(BiConsumer<SpecificRecord, LedgerEffects> reader) {
    this.reader = reader;
  }

  /** One transfer and the right balances. */
  Books told(String kind, int segment, SpecificRecord command, Posting... postings) {
    for (Posting posting : postings) {
      sums.merge(posting.getAccount(), posting.getAmount(), Long::sum);
    }
    List<Balance> balances =
        Arrays.stream(postings)
            .map(Posting::getAccount)
            .map(account -> new Balance(account, sums.get(account), 0L))
            .toList();
    return told(kind, segment, command, List.of(postings), balances);
  }

  /** One transfer and these balances. */
  Books told(
      String kind,
      int segment,
      SpecificRecord command,
      List<Posting> postings,
      List<Balance> balances) {
    Transfer transfer = new Transfer("t/0", kind, REQUEST, segment, 0L, postings, "");
    reader.accept(
        command, new LedgerEffects(List.of(transfer), balances, List.of(), List.of(), List.of()));
    return this;
  }

  static FundAccount funding() {
    return new FundAccount("fund", REQUESTER, RESERVED);
  }

  /** The requester has brought in units and reserved them. */
  Books reserved() {
    told(
        "fund", -1, funding(), new Posting("genesis", -RESERVED), new Posting(REQUESTER, RESERVED));
    return told(
        "reserve",
        -1,
        new ReserveEscrow("reserve", REQUEST, 0, REQUESTER, RESERVED, 0),
        new Posting(REQUESTER, -RESERVED),
        new Posting("escrow:" + REQUEST, RESERVED));
  }

  /** The first case pays somebody a unit from the escrow. */
  Books pays(String account) {
    return pays(account, 0);
  }

  Books pays(String account, int segment) {
    return told(
        "settle",
        segment,
        settlement(false),
        new Posting("escrow:" + REQUEST, -1L),
        new Posting(account, 1L));
  }

  static SettleCase settlement(boolean refund) {
    return new SettleCase(
        "settle",
        REQUEST,
        0,
        "ACCEPTED",
        REQUESTER,
        List.of(),
        List.of(),
        List.of(),
        "",
        refund,
        7_200L);
  }

  /** The last verdict of the first case: {@code author} wrote it, {@code checker} checked it. */
  static Verdict verdict(VerdictOutcome outcome) {
    return new Verdict(
        REQUEST,
        0,
        1,
        outcome,
        true,
        "",
        1L,
        "none",
        "",
        List.of(),
        0,
        0,
        List.of(),
        Map.of("author", MemberRole.AUTHOR, "checker", MemberRole.CHECKER).entrySet().stream()
            .map(e ->
                new VerdictMember(
                    Wire.buffer(TASK), e.getKey(), e.getValue(), 1, MemberDecision.NONE, "", false))
            .collect(Collectors.toList()),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }
}
