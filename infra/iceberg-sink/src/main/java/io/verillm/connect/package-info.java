/** Kafka Connect's way to the events: what an Iceberg sink writes into tables. */
@NullMarked
package io.verillm.connect;

import org.jspecify.annotations.NullMarked;
