package io.verillm.protocol.event;

/** Names in the signer header: the role, and behind a colon the id where a role has many. */
public final class Signers {
  public static final String COORDINATOR = "coordinator";
  public static final String SEALER = "sealer";
  public static final String LEDGER = "ledger";

  /** A requester's key stands in the request itself. */
  public static final String REQUESTER = "requester";

  private Signers() {}

  public static String worker(String id) {
    return "worker:" + id;
  }

  public static String witness(String id) {
    return "witness:" + id;
  }
}
