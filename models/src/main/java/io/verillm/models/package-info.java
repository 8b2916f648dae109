/** Models as every party names, reads and varies them: directories, tokenizers, ids, no engine. */
@NullMarked
package io.verillm.models;

import org.jspecify.annotations.NullMarked;
