/** The wire form of every event: Avro single-object encoding, every version ever written. */
@NullMarked
package io.verillm.schemas;

import org.jspecify.annotations.NullMarked;
