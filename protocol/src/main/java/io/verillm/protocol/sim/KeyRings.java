package io.verillm.protocol.sim;

import java.util.Optional;

/** Makes the keys that settings ask for. */
final class KeyRings {
  private KeyRings() {}

  static KeyRing keys(SimulationSettings settings) {
    return switch (settings.crypto()) {
      case STAND_IN -> new StandInKeys(settings.seed(), alpha -> Optional.empty());
      case REAL -> new RealKeys(settings.seed(), (alpha, output) -> {});
    };
  }
}
