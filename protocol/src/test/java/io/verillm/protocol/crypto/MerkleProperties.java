package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MerkleProperties {

  private static Hash leaf(int index) {
    return Merkle.leafHash(HashInput.of("leaf").add(index).hash());
  }

  private static MerkleTree tree(int size) {
    MerkleTree tree = new MerkleTree();
    for (int i = 0; i < size; i++) {
      tree.append(leaf(i));
    }
    return tree;
  }

  /** RFC 6962, 2.1, word for word. */
  private static Hash definition(List<Hash> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return Merkle.nodeHash(
        definition(leaves.subList(0, split)), definition(leaves.subList(split, leaves.size())));
  }

  @Property(tries = 100)
  void treeAndFrontierHaveTheRootOfTheDefinition(@ForAll @IntRange(min = 1, max = 300) int size) {
    List<Hash> leaves = new ArrayList<>();
    MerkleFrontier frontier = MerkleFrontier.empty();
    for (int i = 0; i < size; i++) {
      leaves.add(leaf(i));
      frontier = frontier.append(leaf(i));
    }
    assertThat(tree(size).root()).isEqualTo(definition(leaves)).isEqualTo(frontier.root());
    assertThat(MerkleFrontier.fromBytes(frontier.bytes())).isEqualTo(frontier);
    MerkleFrontier first = MerkleFrontier.empty().append(leaves.subList(0, size / 3));
    assertThat(first.append(leaves.subList(size / 3, size))).isEqualTo(frontier);
  }

  @Property(tries = 200)
  void leavesThatRepeatHaveTheRootOfTheDefinition(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 1) Integer> which) {
    List<Hash> two = List.of(leaf(0), leaf(1));
    List<Hash> leaves = which.stream().map(two::get).toList();
    assertThat(Merkle.rootOf(leaves)).isEqualTo(definition(leaves));
  }

  @Property(tries = 200)
  void everyLeafHasAPathThatHoldsForItAlone(
      @ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(max = 199) int anyIndex,
      @ForAll @IntRange(max = 60) int grown) {
    int index = anyIndex % size;
    MerkleTree tree = tree(size + grown);
    Hash root = tree.rootAt(size);
    List<Hash> path = tree.path(index, size);
    assertThat(Merkle.verifyInclusion(leaf(index), index, size, MerklePath.of(path), root))
        .isTrue();
    assertThat(Merkle.verifyInclusion(leaf(index + 1), index, size, MerklePath.of(path), root))
        .isFalse();
    assertThat(Merkle.verifyInclusion(leaf(index), index, size, MerklePath.of(path), leaf(0)))
        .isEqualTo(size == 1);
    assertThat(Merkle.verifyInclusion(leaf(index), -1, size, MerklePath.of(path), root)).isFalse();
    assertThat(Merkle.verifyInclusion(leaf(index), size, size, MerklePath.of(path), root))
        .isFalse();
    List<Hash> longer = new ArrayList<>(path);
    longer.add(leaf(0));
    assertThat(Merkle.verifyInclusion(leaf(index), index, size, MerklePath.of(longer), root))
        .isFalse();
    if (!path.isEmpty()) {
      List<Hash> shorter = path.subList(0, path.size() - 1);
      assertThat(Merkle.verifyInclusion(leaf(index), index, size, MerklePath.of(shorter), root))
          .isFalse();
      assertThat(Merkle.verifyInclusion(leaf(index), index ^ 1, size, MerklePath.of(path), root))
          .isFalse();
    }
  }

  @Property(tries = 200)
  void rangesAreProvedByTheRestOfTheTree(
      @ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(max = 200) int a,
      @ForAll @IntRange(max = 200) int b) {
    int start = Math.min(a, b) % (size + 1);
    int end = Math.max(start, Math.max(a, b) % (size + 1));
    MerkleTree tree = tree(size);
    MerkleRange range = tree.range(start, end, size);
    assertThat(range.verify(tree.root())).isTrue();
    assertThat(range.verify(leaf(-1))).isFalse();
    if (start < end) {
      List<Hash> changed = new ArrayList<>(range.nodes());
      changed.set(changed.size() / 2, leaf(-1));
      assertThat(
              new MerkleRange(start, end, size, range.before(), changed, range.after())
                  .verify(tree.root()))
          .isFalse();
      changed.removeFirst();
      assertThat(
              new MerkleRange(start, end, size, range.before(), changed, range.after())
                  .verify(tree.root()))
          .isFalse();
    }
  }

  @Property(tries = 100)
  void aSegmentsNodesDoNotDependOnWhatFollows(
      @ForAll @IntRange(max = 100) int start,
      @ForAll @IntRange(max = 50) int length,
      @ForAll @IntRange(max = 50) int grown) {
    int end = start + length;
    assertThat(tree(end + grown).cover(start, end)).isEqualTo(tree(end).cover(start, end));
  }
}
