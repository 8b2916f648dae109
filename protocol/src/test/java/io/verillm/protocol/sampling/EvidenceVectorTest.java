package io.verillm.protocol.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceVectorTest {

  private static final TokenEvidence OWN = new TokenEvidence(RankClass.OWN_CHOICE, 0);
  private static final TokenEvidence FLIP = new TokenEvidence(RankClass.SURELY_ALLOWED, 0x010203);
  private static final TokenEvidence END = new TokenEvidence(RankClass.NOT_ALLOWED, LogitUnits.MAX);

  @Test
  void shouldEncodeFourBytesAnEntry() {
    EvidenceVector vector = EvidenceVector.of(List.of(OWN, FLIP), END);
    assertThat(vector.bytes()).asHexString().isEqualTo("00000000" + "01010203" + "03FFFFFF");
    assertThat(new EvidenceVector(vector.bytes())).isEqualTo(vector);
    assertThat(vector.tokens()).isEqualTo(2);
    assertThat(vector.token(1)).isEqualTo(FLIP);
    assertThat(vector.end()).isEqualTo(END);
  }

  @Test
  void shouldCommitToEveryEntry() {
    EvidenceVector vector = EvidenceVector.of(List.of(FLIP), END);
    assertThat(vector.evidenceRoot())
        .isEqualTo(
            Merkle.nodeHash(
                Merkle.leafHash(new byte[] {1, 1, 2, 3}),
                Merkle.leafHash(new byte[] {3, -1, -1, -1})));
    assertThat(EvidenceVector.of(List.of(), END).evidenceRoot())
        .isEqualTo(Merkle.leafHash(new byte[] {3, -1, -1, -1}));
  }

  @Test
  void shouldCommitToEachOfEqualEntries() {
    Hash own = Merkle.leafHash(new byte[4]);
    Hash flip = Merkle.leafHash(new byte[] {1, 1, 2, 3});
    assertThat(EvidenceVector.of(List.of(OWN, OWN, FLIP), OWN).evidenceRoot())
        .isEqualTo(Merkle.nodeHash(Merkle.nodeHash(own, own), Merkle.nodeHash(flip, own)));
    assertThat(EvidenceVector.of(List.of(OWN, OWN), OWN).evidenceRoot())
        .isEqualTo(Merkle.nodeHash(Merkle.nodeHash(own, own), own));
  }

  @Test
  void shouldRefuseWhatIsNoVector() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceVector(new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceVector(new byte[5]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EvidenceVector(new byte[] {4, 0, 0, 0}))
        .withMessageContaining("4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EvidenceVector(new byte[] {0, 0, 0, 1}));
    EvidenceVector vector = EvidenceVector.of(List.of(OWN), END);
    assertThatIllegalArgumentException().isThrownBy(() -> vector.token(1));
  }
}
