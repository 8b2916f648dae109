package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ConsistencyTest {
  private static Hash hash(String hex) {
    return new Hash(HexFormat.of().parseHex(hex));
  }

  private static MerkleTree tree(int size) {
    MerkleTree tree = new MerkleTree();
    for (int i = 0; i < size; i++) {
      tree.append(Merkle.leafHash(new Hash(sha(i))));
    }
    return tree;
  }

  private static byte[] sha(int index) {
    return Hashing.digest().digest(new byte[] {0, 0, (byte) (index >> 8), (byte) index});
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/consistency.csv", numLinesToSkip = 1, emptyValue = "")
  void shouldAgreeWithTheSecondImplementation(
      int earlier, String earlierRoot, int later, String laterRoot, String path) {
    List<Hash> expected =
        path == null || path.isEmpty()
            ? List.of()
            : Arrays.stream(path.split("\\|")).map(ConsistencyTest::hash).toList();

    List<Hash> proof = tree(13).consistency(earlier, later);

    assertThat(proof).isEqualTo(expected);
    assertThat(Merkle.verifyConsistency(earlier, hash(earlierRoot), later, hash(laterRoot), proof))
        .isTrue();
  }

  @Property(tries = 300)
  void proofHoldsForItsTwoTreesAlone(
      @ForAll @IntRange(min = 1, max = 120) int later,
      @ForAll @IntRange(max = 119) int any,
      @ForAll @IntRange(max = 15) int node) {
    int earlier = any % later;
    MerkleTree tree = tree(later);
    Hash before = tree.rootAt(earlier);
    List<Hash> proof = tree.consistency(earlier, later);
    assertThat(Merkle.verifyConsistency(earlier, before, later, tree.root(), proof)).isTrue();

    Hash other = new Hash(sha(5_000));
    assertThat(Merkle.verifyConsistency(earlier, other, later, tree.root(), proof)).isFalse();
    assertThat(Merkle.verifyConsistency(later, before, earlier, tree.root(), proof)).isFalse();
    if (earlier > 0) {
      assertThat(Merkle.verifyConsistency(earlier, before, later, other, proof)).isFalse();
      List<Hash> longer = new ArrayList<>(proof);
      longer.add(other);
      assertThat(Merkle.verifyConsistency(earlier, before, later, tree.root(), longer)).isFalse();
      List<Hash> changed = new ArrayList<>(proof);
      changed.set(node % changed.size(), other);
      assertThat(Merkle.verifyConsistency(earlier, before, later, tree.root(), changed)).isFalse();
    }
  }
}
