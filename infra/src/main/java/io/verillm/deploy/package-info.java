/** What every deployment needs, a local stack and one of many machines alike. */
@NullMarked
package io.verillm.deploy;

import org.jspecify.annotations.NullMarked;
