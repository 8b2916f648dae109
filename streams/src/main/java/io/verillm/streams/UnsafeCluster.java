package io.verillm.streams;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** A cluster that money must not depend on: its transaction protocol can lose or tear writes. */
public final class UnsafeCluster extends Exception {
  private static final long serialVersionUID = 1L;
  private static final String FEATURE = "transaction.version";

  /** KIP-890: the server bumps the epoch with every transaction. */
  private static final short VERSION_MIN = 2;

  private UnsafeCluster(String message) {
    super(message);
  }

  /**
   * Asks the cluster for its transaction protocol.
   *
   * @throws UnsafeCluster if it is older than KIP-890's second part
   */
  public static void refuse(Admin admin) throws UnsafeCluster {
    FinalizedVersionRange range;
    try {
      range = admin.describeFeatures().featureMetadata().get().finalizedFeatures().get(FEATURE);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("no answer about " + FEATURE, e.getCause());
    }
    if (range == null || range.maxVersionLevel() < VERSION_MIN) {
      throw new UnsafeCluster(
          "%s must be %d or higher, the cluster has %s"
              .formatted(FEATURE, VERSION_MIN, range == null ? "none" : range.maxVersionLevel()));
    }
  }
}
