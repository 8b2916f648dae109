package io.verillm.protocol.receipt;

import java.util.Locale;

/** What verifying a receipt checks; each finding breaks one rule. */
public enum ReceiptRule {
  /** The bytes are a receipt in its one encoding, and hold what a receipt must hold. */
  FORMAT("the file is one receipt in its canonical bytes, and nothing else"),
  /** The coordinator that signed everything is the one that the reader trusts. */
  ROOT_OF_TRUST("the coordinator's key is the one that was given"),
  /** Keys, models, calibrations and parameters are registered by those who may. */
  REGISTRATION("registrations count by the registry's rules"),
  /** Every record is signed by a party that may write it. */
  SIGNATURE("every record is signed by who may write it"),
  /** Every record is a leaf of the tree that the last epoch seals. */
  INCLUSION("every record of the log lies in the sealed tree"),
  /** Epochs follow each other, and each has the proof of every witness. */
  SEAL("every epoch is sealed, chained and cosigned by every witness"),
  /** Commitments, openings and votes are those that the rules count. */
  RECORD("commitments, openings and votes count"),
  /** Draws, challenges, verdicts and commands follow from the records. */
  DECISION("draws, challenges, verdicts and settlement follow from the records"),
  /** What was admitted is what the requester signed. */
  REQUEST("what was admitted is what the requester signed"),
  /** The text that the requester was given is the one that was checked. */
  OUTPUT("the tokens given to the requester are those that were checked"),
  /** Transfers follow from the commands, and the escrow is spent or returned. */
  LEDGER("transfers follow from the commands and the escrow is used up");

  private final String sentence;

  ReceiptRule(String sentence) {
    this.sentence = sentence;
  }

  /** The rule in words. */
  public String sentence() {
    return sentence;
  }

  /** The rule's name as reports write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
