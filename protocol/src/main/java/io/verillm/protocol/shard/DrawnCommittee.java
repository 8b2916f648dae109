package io.verillm.protocol.shard;

/**
 * The committee draw of one round.
 *
 * @param epoch epoch whose randomness drew it
 * @param proof the coordinator's VRF proof
 * @param seats members drawn
 */
record DrawnCommittee(long epoch, byte[] proof, int seats) {}
