package io.verillm.protocol.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class CommitteeDrawTest {

  private static final Hash OUTPUT = new Hash(new byte[32]);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/committees.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenCommitteeWhateverTheOrderOfCandidates(
      String seed, String candidates, int seats, String members) {
    List<Candidate> eligible = new ArrayList<>();
    for (String cell : candidates.split("\\|")) {
      String[] parts = cell.split(":");
      eligible.add(new Candidate(parts[0], Long.parseLong(parts[1])));
    }
    Collections.shuffle(eligible, new Random(1));
    Hash output = Hashing.sha256(seed.getBytes(StandardCharsets.UTF_8));
    List<String> drawn = CommitteeDraw.draw(output, eligible, seats);
    assertThat(drawn).isEqualTo(Arrays.asList(members.split("\\|")));
  }

  @Test
  void shouldDrawByStake() {
    List<Candidate> eligible = List.of(new Candidate("large", 3), new Candidate("small", 1));
    int large = 0;
    for (int i = 0; i < 4_000; i++) {
      Hash output = HashInput.of("draw").add(i).hash();
      large += CommitteeDraw.draw(output, eligible, 1).equals(List.of("large")) ? 1 : 0;
    }
    assertThat(large).isBetween(2_900, 3_100);
  }

  @Test
  void shouldOrderIdsByTheirBytesInUtf8() {
    // Encoded the first is the last; its surrogates stand before the char U+FF5E.
    List<String> ids =
        List.of("\ud83d\ude00", "\uff5e", "w-2", "w-10", "w-1", "w", "\ud800\udc00", "\u00e4");
    for (String one : ids) {
      for (String other : ids) {
        int bytes = Arrays.compareUnsigned(HashInput.utf8(one), HashInput.utf8(other));
        assertThat(Integer.signum(CommitteeDraw.compareAsUtf8(one, other)))
            .as("%s and %s", one, other)
            .isEqualTo(Integer.signum(bytes));
      }
    }
  }

  @Test
  void shouldDrawNobodyFromNobody() {
    assertThat(CommitteeDraw.draw(OUTPUT, List.of(), 3)).isEmpty();
    assertThat(CommitteeDraw.draw(OUTPUT, List.of(new Candidate("a", 1)), 0)).isEmpty();
  }

  @Test
  void shouldRefuseBadCandidates() {
    Candidate a = new Candidate("a", Long.MAX_VALUE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitteeDraw.draw(OUTPUT, List.of(a, a), 1))
        .withMessageContaining("'a'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitteeDraw.draw(OUTPUT, List.of(a, new Candidate("b", 1)), 1))
        .withMessageContaining("'b'");
    Candidate torn = new Candidate("\ud800", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitteeDraw.draw(OUTPUT, List.of(torn, new Candidate("b", 1)), 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Candidate("a", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Candidate("", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitteeDraw.draw(OUTPUT, List.of(), -1));
  }
}
