/** The whole system in one process on one machine: broker, coordinator, witnesses, workers. */
@NullMarked
package io.verillm.local;

import org.jspecify.annotations.NullMarked;
