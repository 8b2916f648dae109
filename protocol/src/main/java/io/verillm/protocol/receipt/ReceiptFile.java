package io.verillm.protocol.receipt;

import io.verillm.events.Receipt;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Arrays;

/**
 * Receipts to bytes and back: one Avro record in single-object encoding, as events are. Avro would
 * read several encodings of one value; only the one that it writes is a receipt, so that no byte
 * can change without a trace.
 */
public final class ReceiptFile {
  /** Largest receipt in bytes. */
  public static final int BYTES_MAX = 256 * 1024 * 1024;

  private ReceiptFile() {}

  /** The receipt's bytes. */
  public static byte[] write(Receipt receipt) {
    return EventCodec.encode(receipt);
  }

  /**
   * The receipt that these bytes hold.
   *
   * @throws UnreadableReceipt for anything but exactly one receipt in its canonical encoding
   */
  public static Receipt read(byte[] bytes) throws UnreadableReceipt {
    Receipt receipt;
    try {
      receipt = EventCodec.decode(bytes, Receipt.class, BYTES_MAX);
    } catch (UndecodableEvent e) {
      throw new UnreadableReceipt(OpenReceipt.FILE, String.valueOf(e.getMessage()));
    }
    int differs = Arrays.mismatch(bytes, write(receipt));
    if (differs >= 0) {
      throw new UnreadableReceipt(
          OpenReceipt.FILE, "not the canonical encoding at byte " + differs);
    }
    return receipt;
  }
}
