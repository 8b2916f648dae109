package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keyed hashes in the place of signatures and draws: whoever verifies knows the secrets. Nobody but
 * a simulation may use them; there, no party is handed another's secret. A hundred times cheaper
 * than curves, and of the same shapes.
 */
final class StandInKeys implements KeyRing, KeySuite {
  private final long seed;
  private final Function<byte[], Optional<Hash>> outputs;
  private final Map<String, SignKey> signers = new HashMap<>();
  private final Map<ByteBuffer, SignKey> byEncoding = new HashMap<>();
  private final Map<String, DrawKey> vrfs = new HashMap<>();
  private final Map<ByteBuffer, DrawKey> vrfByEncoding = new HashMap<>();

  /**
   * Keys of one run.
   *
   * @param outputs what a draw must give, by its input; the keyed hash where it is empty
   */
  StandInKeys(long seed, Function<byte[], Optional<Hash>> outputs) {
    this.seed = seed;
    this.outputs = outputs;
  }

  @Override
  public Signer signer(String name) {
    return signers.computeIfAbsent(
        name,
        n -> {
          SignKey key = new SignKey(secret("stand-in signing", n));
          byEncoding.put(ByteBuffer.wrap(key.bytes()), key);
          return key;
        });
  }

  @Override
  public byte[] vrfKey(String name) {
    return vrf(name).bytes();
  }

  @Override
  public VrfProof prove(String name, byte[] alpha) {
    return vrf(name).prove(alpha, outputs.apply(alpha));
  }

  private DrawKey vrf(String name) {
    return vrfs.computeIfAbsent(
        name,
        n -> {
          DrawKey key = new DrawKey(secret("stand-in vrf", n));
          vrfByEncoding.put(ByteBuffer.wrap(key.bytes()), key);
          return key;
        });
  }

  private byte[] secret(String use, String name) {
    return HashInput.of(use).add(seed).add(name).hash().bytes();
  }

  @Override
  public KeySuite suite() {
    return this;
  }

  @Override
  public Optional<VerifyKey> verifyKey(byte[] encoded) {
    return Optional.ofNullable(byEncoding.get(ByteBuffer.wrap(encoded)));
  }

  @Override
  public Optional<VrfPublicKey> vrfKey(byte[] encoded) {
    return Optional.ofNullable(vrfByEncoding.get(ByteBuffer.wrap(encoded)));
  }

  private static Hash mac(byte[] secret, byte[]... fields) {
    byte[][] all = Arrays.copyOf(fields, fields.length + 1);
    all[fields.length] = secret;
    return Hashing.hash("stand-in", all);
  }

  /** Signs by a keyed hash of the message, padded to a signature's length. */
  private static final class SignKey implements Signer, VerifyKey {
    private final byte[] secret;
    private final byte[] encoded;

    SignKey(byte[] secret) {
      this.secret = secret;
      this.encoded = mac(secret, new byte[0]).bytes();
    }

    @Override
    public VerifyKey publicKey() {
      return this;
    }

    @Override
    public byte[] sign(byte[] message) {
      return Arrays.copyOf(mac(secret, message).bytes(), SIGNATURE_LENGTH);
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      return Arrays.equals(sign(message), signature);
    }

    @Override
    public byte[] bytes() {
      return encoded.clone();
    }
  }

  /** Proves by the output and a keyed hash of input and output. */
  private static final class DrawKey implements VrfPublicKey {
    private static final byte COMPRESSED = 2;
    private final byte[] secret;
    private final byte[] encoded;

    DrawKey(byte[] secret) {
      this.secret = secret;
      this.encoded = new byte[LENGTH];
      encoded[0] = COMPRESSED;
      System.arraycopy(mac(secret, new byte[0]).bytes(), 0, encoded, 1, Hash.LENGTH);
    }

    VrfProof prove(byte[] alpha, Optional<Hash> wanted) {
      Hash output = wanted.orElseGet(() -> mac(secret, alpha));
      byte[] proof = Arrays.copyOf(output.bytes(), VrfProof.LENGTH);
      byte[] tag = mac(secret, alpha, output.bytes()).bytes();
      System.arraycopy(tag, 0, proof, Hash.LENGTH, Hash.LENGTH);
      return new VrfProof(proof);
    }

    @Override
    public Optional<Hash> verify(byte[] alpha, VrfProof proof) {
      Hash output = new Hash(Arrays.copyOf(proof.bytes(), Hash.LENGTH));
      return prove(alpha, Optional.of(output)).equals(proof)
          ? Optional.of(output)
          : Optional.empty();
    }

    @Override
    public byte[] bytes() {
      return encoded.clone();
    }
  }
}
