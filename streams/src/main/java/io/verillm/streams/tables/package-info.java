/** The public topics as SQL tables in one DuckDB file, fed exactly once, asked over loopback. */
@NullMarked
package io.verillm.streams.tables;

import org.jspecify.annotations.NullMarked;
