package io.verillm.streams.audit;

import java.util.Locale;

/**
 * What an audit checks; each finding breaks one rule. The order is that of blame: where rules of
 * several kinds are broken, the first is the likelier cause, see {@link Blame}.
 */
public enum AuditRule {
  /** The log's coordinator is the one whose key the auditor was given; only where one was. */
  COORDINATOR("the coordinator's key is the one that was given"),
  /** The archive holds its records as they were exported. */
  ARCHIVE("the archive's records are as they were exported"),
  /** Every record is an event of its topic, signed by a party that may write there. */
  SIGNATURE("every record is signed by who may write it"),
  /** A registration on a shard's spine is the record of the registry that it names. */
  REGISTRY_COPY("copies of registrations are what was registered"),
  /** Seals follow each other and leave no gap. */
  SEAL("seals chain without gap"),
  /** A witness' cosignature is one for the seal of its epoch. */
  COSIGNATURE("cosignatures are for the seals of the log"),
  /** Each shard's closed epochs hold the log's seals with every witness' proof, in order. */
  CLOSED_EPOCH("closed epochs hold the seals and every witness' proof"),
  /** Each journal is one chain over records that lie on the log, with the outcome of the rules. */
  JOURNAL("the journal tells what the rules make of each record"),
  /** Challenges, verdicts and the commands to the ledger are what the rules make of the log. */
  DECISION("challenges, verdicts and commands follow from the records"),
  /** Transfers, scores, balances and answers are what the ledger makes of its commands. */
  LEDGER("transfers, scores and balances follow from the commands"),
  /** Units move and are never made: every transfer, and all accounts together, sum to zero. */
  SUM("every transfer and all accounts sum to zero"),
  /** The seals' tree is over the records of their ranges: none was dropped, moved or changed. */
  TREE("the seals' tree is over the records of the log");

  private final String sentence;

  AuditRule(String sentence) {
    this.sentence = sentence;
  }

  /** The rule in words. */
  public String sentence() {
    return sentence;
  }

  /** Whether a finding shows that the record's own bytes are wrong, whatever the others say. */
  boolean judgesBytes() {
    return compareTo(SIGNATURE) <= 0;
  }

  /** The rule's name as reports write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
