/**
 * The cryptography that every party shares: hashes, Merkle trees, Ed25519 signatures and the VRF.
 */
@NullMarked
package io.verillm.protocol.crypto;

import org.jspecify.annotations.NullMarked;
