package io.verillm.streams.audit;

/** Told how far an audit is. */
public interface AuditProgress {
  /** Nobody looks. */
  AuditProgress SILENT = (step, done, all) -> {};

  /**
   * An audit has come to here.
   *
   * @param step what it does, in a few words
   * @param done how much of the step is done
   * @param all how much there is to do
   */
  void at(String step, int done, int all);
}
