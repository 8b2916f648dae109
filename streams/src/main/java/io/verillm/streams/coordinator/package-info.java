/**
 * The coordinator as a Kafka Streams app: admission of requests, and the driver of the deciding
 * core.
 */
@NullMarked
package io.verillm.streams.coordinator;

import org.jspecify.annotations.NullMarked;
