/** What every Kafka Streams app here shares: its stages, its settings, signed events. */
@NullMarked
package io.verillm.streams;

import org.jspecify.annotations.NullMarked;
