package io.verillm.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import io.verillm.schemas.EventCodec;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private final Transfer derived = transfer(7, "", new Posting("a", -5L), new Posting("b", 5L));

  @Test
  void shouldNameTheFieldInsideAListThatDiffers() {
    Transfer told = transfer(7, "", new Posting("a", -5L), new Posting("b", 6L));

    assertThat(Difference.of(record(told), derived))
        .isEqualTo("postings[1].amount is 6 where the rules give 5");
  }

  @Test
  void shouldNameEveryFieldThatDiffers() {
    Transfer told = transfer(8, "odd", new Posting("a", -5L), new Posting("b", 5L));

    assertThat(Difference.of(record(told), derived))
        .isEqualTo("commandOffset is 8 where the rules give 7; note is odd where the rules give ");
  }

  @Test
  void shouldCountEntriesWhereThereAreMoreOrFewer() {
    assertThat(Difference.of(record(transfer(7, "")), derived))
        .isEqualTo("postings has 0 entries where the rules give 2");
  }

  @Test
  void shouldSayThatNoFieldDiffers() {
    assertThat(Difference.of(record(derived), derived)).isEqualTo("the bytes or the key differ");
  }

  private static Transfer transfer(long offset, String note, Posting... postings) {
    return new Transfer("t", "settle", "r", 0, offset, List.of(postings), note);
  }

  private static SignedRecord record(Transfer transfer) {
    byte[] none = new byte[0];
    return new SignedRecord("transfers", 0, 0, none, EventCodec.encode(transfer), "ledger", none);
  }
}
