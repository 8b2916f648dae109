/** The ledger as a Kafka Streams app: commands in, transfers, balances and scores out. */
@NullMarked
package io.verillm.streams.ledger;

import org.jspecify.annotations.NullMarked;
