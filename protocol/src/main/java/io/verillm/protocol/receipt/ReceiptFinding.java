package io.verillm.protocol.receipt;

/**
 * One thing in a receipt that is not as the rules make it.
 *
 * @param record the record that is wrong, such as {@code vote of w-03 (log 17)}
 * @param rule the rule that it breaks
 * @param message what was found
 */
public record ReceiptFinding(String record, ReceiptRule rule, String message) {}
