/** What a worker must keep until its commitments are opened. */
@NullMarked
package io.verillm.gpu.store;

import org.jspecify.annotations.NullMarked;
