/** A real Kafka broker inside this process, for tests and for the local stack. */
@NullMarked
package io.verillm.broker;

import org.jspecify.annotations.NullMarked;
