/** Tests of the audit over a recorded run. */
@NullMarked
package io.verillm.streams.audit;

import org.jspecify.annotations.NullMarked;
