/** Signed records: what is signed, who may sign, one place that signs and one that verifies. */
@NullMarked
package io.verillm.protocol.event;

import org.jspecify.annotations.NullMarked;
