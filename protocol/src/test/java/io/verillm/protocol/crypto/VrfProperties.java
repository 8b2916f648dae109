package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class VrfProperties {

  @Property(tries = 50)
  void proofsVerifyToTheOutputOfTheirKey(
      @ForAll @Size(32) byte[] seed, @ForAll @Size(max = 100) byte[] alpha) {
    VrfKey key = VrfKey.fromSeed(seed);
    VrfPublicKey published = VrfPublicKey.of(key.publicKey().bytes());
    assertThat(published.verify(alpha, key.prove(alpha))).contains(key.output(alpha));
  }

  @Property(tries = 50)
  void proofsHoldForNoOtherMessageOrKey(
      @ForAll @Size(32) byte[] seed, @ForAll @Size(max = 100) byte[] alpha) {
    VrfKey key = VrfKey.fromSeed(seed);
    byte[] otherSeed = seed.clone();
    otherSeed[0] ^= 1;
    byte[] longer = java.util.Arrays.copyOf(alpha, alpha.length + 1);
    assertThat(key.publicKey().verify(longer, key.prove(alpha))).isEmpty();
    assertThat(VrfKey.fromSeed(otherSeed).publicKey().verify(alpha, key.prove(alpha))).isEmpty();
  }
}
