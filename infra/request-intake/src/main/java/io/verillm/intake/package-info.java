/** Requests over HTTP: a Lambda that checks them and posts them to the log. */
@NullMarked
package io.verillm.intake;

import org.jspecify.annotations.NullMarked;
