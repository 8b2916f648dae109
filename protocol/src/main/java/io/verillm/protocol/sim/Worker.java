package io.verillm.protocol.sim;

import io.verillm.protocol.sim.party.Behaviour;

/**
 * One simulated worker.
 *
 * @param id its id
 * @param behaviour what it does
 * @param coalition number of its coalition; 0 for none
 */
record Worker(String id, Behaviour behaviour, int coalition) {
  boolean isFriendOf(Worker other) {
    return coalition != 0 && coalition == other.coalition();
  }
}
