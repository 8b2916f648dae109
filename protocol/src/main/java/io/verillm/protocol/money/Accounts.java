package io.verillm.protocol.money;

import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.regex.Pattern;

/** Names of the ledger's accounts. Only {@link #GENESIS} may be below zero. */
public final class Accounts {
  /** Counterpart of everything that was brought in from outside; never above zero. */
  public static final String GENESIS = "genesis";

  /** Takes slashes, pays peer prediction and what nobody else can. */
  public static final String TREASURY = "treasury";

  private static final String STAKE = "stake:";
  private static final String WORKER = "worker:";
  private static final Pattern WORKER_ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern REQUESTER = Pattern.compile("requester:[0-9a-f]{16}");

  private Accounts() {}

  /** The account of the requester with this key: 16 hex digits of {@code H("requester", key)}. */
  public static String requester(VerifyKey key) {
    return "requester:" + Hashing.hash("requester", key.bytes()).hex().substring(0, 16);
  }

  /** Units reserved for one request. */
  public static String escrow(String requestId) {
    return "escrow:" + requestId;
  }

  /** Units put down to dispute the verdict of one case. */
  public static String bond(String requestId, int segment) {
    return bonds(requestId) + segment;
  }

  /** What the accounts of a request's bonds begin with. */
  public static String bonds(String requestId) {
    return "bond:" + requestId + "/";
  }

  /** Whether a party of a case can pay from this account. */
  static boolean isParty(String account) {
    boolean earnings = account.startsWith(WORKER) && isWorkerId(account.substring(WORKER.length()));
    return isRequester(account) || isStake(account) || earnings;
  }

  /** Earnings of a worker. */
  public static String worker(String worker) {
    return WORKER + worker;
  }

  /** Stake of a worker that is free to lock. */
  public static String stake(String worker) {
    return STAKE + worker;
  }

  /** Stake of a worker that is locked for open tasks. */
  public static String locked(String worker) {
    return "locked:" + worker;
  }

  static boolean isWorkerId(String worker) {
    return WORKER_ID.matcher(worker).matches();
  }

  static boolean isRequester(String account) {
    return REQUESTER.matcher(account).matches();
  }

  static boolean isStake(String account) {
    return account.startsWith(STAKE) && isWorkerId(account.substring(STAKE.length()));
  }

  /** The worker behind a stake account. */
  static String stakeHolder(String stakeAccount) {
    return stakeAccount.substring(STAKE.length());
  }

  /** Whether units may be brought in to this account from outside. */
  public static boolean isFundable(String account) {
    return account.equals(TREASURY) || isRequester(account) || isStake(account);
  }
}
