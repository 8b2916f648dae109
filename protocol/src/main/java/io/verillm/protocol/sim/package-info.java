/**
 * A deterministic simulation of many parties around the deciding code, in virtual time and from one
 * seed.
 */
@NullMarked
package io.verillm.protocol.sim;

import org.jspecify.annotations.NullMarked;
