/** Receipts: one request's part of the log in one file, which anybody verifies without the log. */
@NullMarked
package io.verillm.protocol.receipt;

import org.jspecify.annotations.NullMarked;
