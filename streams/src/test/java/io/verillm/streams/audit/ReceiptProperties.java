package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.receipt.ReceiptFile;
import io.verillm.protocol.receipt.ReceiptReport;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;

/** No byte of a receipt can change: every one is bound by a signature or by the tree. */
class ReceiptProperties {
  private static final byte[][] FILES = {
    ReceiptFile.write(Receipts.of(0)), ReceiptFile.write(Receipts.of(1))
  };

  @Property(tries = 150, shrinking = ShrinkingMode.OFF)
  void aChangedByteIsFound(
      @ForAll @IntRange(max = 1) int file,
      @ForAll long seed,
      @ForAll @ByteRange(min = 1) byte bits) {
    byte[] changed = FILES[file].clone();
    int at = new Random(seed).nextInt(changed.length);
    changed[at] ^= bits;

    ReceiptReport report = Receipts.verify(changed);

    assertThat(report.findings()).as("byte %d of %d", at, changed.length).isNotEmpty();
    assertThat(report.findings())
        .allSatisfy(finding -> {
          assertThat(finding.record()).isNotBlank();
          assertThat(finding.message()).isNotBlank();
        });
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void aCutReceiptIsFound(@ForAll long seed) {
    byte[] file = FILES[0];
    byte[] cut = Arrays.copyOf(file, new Random(seed).nextInt(file.length));

    assertThat(Receipts.verify(cut).sound()).isFalse();
  }
}
