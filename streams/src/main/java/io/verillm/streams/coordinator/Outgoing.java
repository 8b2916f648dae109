package io.verillm.streams.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * A record on its way out of the app.
 *
 * @param topic full name
 * @param partition partition, or null for the key's
 * @param value value bytes
 */
record Outgoing(String topic, @Nullable Integer partition, byte[] value) {}
