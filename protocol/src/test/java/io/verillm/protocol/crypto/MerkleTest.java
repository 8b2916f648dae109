package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference tree of Certificate Transparency: eight leaves and the root after each. */
class MerkleTest {

  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static MerkleTree reference() {
    MerkleTree tree = new MerkleTree();
    LEAVES.forEach(leaf -> tree.append(Merkle.leafHash(HexFormat.of().parseHex(leaf))));
    return tree;
  }

  @Test
  void shouldEqualTheReferenceRootsAtEverySize() {
    MerkleTree tree = reference();
    for (int size = 0; size <= tree.size(); size++) {
      assertThat(tree.rootAt(size)).hasToString(ROOTS.get(size));
    }
  }

  @Test
  void shouldEqualTheReferencePaths() {
    assertThat(reference().path(5, 8))
        .map(Hash::hex)
        .containsExactly(
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    assertThat(reference().path(0, 1)).isEmpty();
  }

  @Test
  void shouldCoverARangeWithTheFewestSubtrees() {
    assertThat(Merkle.coverLevels(0, 8)).containsExactly(3);
    assertThat(Merkle.coverLevels(1, 8)).containsExactly(0, 1, 2);
    assertThat(Merkle.coverLevels(3, 11)).containsExactly(0, 2, 1, 0);
    assertThat(Merkle.coverLevels(5, 5)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> Merkle.coverLevels(2, 1));
  }

  @Test
  void shouldRefuseRangesOutsideTheTree() {
    MerkleTree tree = reference();
    assertThatIllegalArgumentException().isThrownBy(() -> tree.rootAt(9));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.path(8));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.path(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.cover(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.range(0, 5, 4));
  }

  @Test
  void shouldRefuseImpossibleFrontiers() {
    MerkleFrontier two = MerkleFrontier.empty().append(1, Merkle.emptyRoot());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.append(2, Merkle.emptyRoot()))
        .withMessageContaining("level 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MerkleFrontier.fromBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}));
    assertThatIllegalArgumentException().isThrownBy(() -> MerkleFrontier.fromBytes(new byte[9]));
    assertThatIllegalArgumentException().isThrownBy(() -> new MerkleFrontier(-1, List.of()));
  }
}
