package io.verillm.topics;

import java.util.List;
import java.util.regex.Pattern;

/** Names of the consumer groups whose progress a cluster keeps, and of what hangs on them. */
public final class Groups {
  /** The coordinator's application id: group, prefix of its changelogs and transactions. */
  public static final String COORDINATOR = "verillm-coordinator";

  /** The ledger's application id. */
  public static final String LEDGER = "verillm-ledger";

  /** What the names of the Iceberg sink's groups, topic and transactions begin with. */
  public static final String SINK = "verillm-iceberg";

  /** Transactional id of the sealer; it has no group. */
  public static final String SEALER = "verillm-sealer";

  private static final Pattern WORKER_ID = Pattern.compile("[a-z0-9-]{1,32}");

  private Groups() {}

  /**
   * The group that all processes of a worker take tasks in: a share group where the cluster has
   * those, else a consumer group.
   */
  public static String worker(String worker) {
    return "worker-" + checkedWorker(worker);
  }

  /** What the names of internal topics begin with, up to a dash. */
  static List<String> withTopics() {
    return List.of(COORDINATOR, LEDGER, SINK);
  }

  static String checkedWorker(String worker) {
    if (!WORKER_ID.matcher(worker).matches()) {
      throw new IllegalArgumentException(
          "a worker id is 1..32 of a-z, 0-9 and dash, not '" + worker + "'");
    }
    return worker;
  }
}
