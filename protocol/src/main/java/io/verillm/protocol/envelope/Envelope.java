package io.verillm.protocol.envelope;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * One text, encrypted once, with its content key wrapped for each reader by HPKE (RFC 9180, base
 * mode, DHKEM X25519, HKDF-SHA256, ChaCha20-Poly1305).
 *
 * <p>Nothing in it is random but the content key: ephemeral keys are derived from it. So whoever
 * has the content key makes the whole envelope again and compares (the transform of Fujisaki and
 * Okamoto), and an envelope that one reader can open all of them can, with the same text. The
 * content key depends on the text, so no key ever encrypts two.
 *
 * @param digest {@code H("envelope", content key, context, text)}: binds the text and hides it
 * @param wraps the wrapped content key by reader's name, {@link #WRAP_BYTES} each
 * @param ciphertext the text and 16 bytes more
 */
public record Envelope(Hash digest, SortedMap<String, byte[]> wraps, byte[] ciphertext) {
  /** Encapsulated key and wrapped content key, in bytes. */
  public static final int WRAP_BYTES = 80;

  private static final int ENCAPSULATED_BYTES = 32;
  private static final int MAC_BITS = 128;
  private static final byte[] INFO = HashInput.utf8("verillm envelope");

  /** A content key encrypts one text only, so its nonce never repeats. */
  private static final byte[] NONCE = new byte[12];

  public Envelope {
    wraps = Collections.unmodifiableSortedMap(new TreeMap<>(wraps));
  }

  /**
   * Encrypts a text.
   *
   * @param secret the sender's, which content keys are derived from; 32 bytes
   * @param context what the text is about; readers must know it
   * @param readers keys by name; at least one
   */
  public static Envelope seal(
      byte[] secret, Hash context, byte[] text, SortedMap<String, EncryptionKey> readers) {
    byte[] message = HashInput.of("content-key").add(context).add(Hashing.sha256(text)).bytes();
    return sealWith(Hashing.hmacSha256(secret, message), context, text, readers);
  }

  private static Envelope sealWith(
      Hash contentKey, Hash context, byte[] text, SortedMap<String, EncryptionKey> readers) {
    if (readers.isEmpty()) {
      throw new IllegalArgumentException("an envelope needs a reader");
    }
    TreeMap<String, byte[]> wraps = new TreeMap<>();
    readers.forEach((name, key) -> wraps.put(name, wrap(contentKey, context, name, key)));
    return new Envelope(
        digest(contentKey, context, text), wraps, encrypt(contentKey, context, text));
  }

  private static Hash digest(Hash contentKey, Hash context, byte[] text) {
    return HashInput.of("envelope").add(contentKey).add(context).add(text).hash();
  }

  private static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
  }

  private static byte[] wrap(Hash contentKey, Hash context, String reader, EncryptionKey key) {
    HPKE hpke = hpke();
    Hash seed = HashInput.of("wrap").add(contentKey).add(reader).add(key.bytes()).hash();
    AsymmetricCipherKeyPair ephemeral = hpke.deriveKeyPair(seed.bytes());
    try {
      var sender = hpke.setupBaseS(key.parameters(), INFO, ephemeral);
      byte[] wrapped = sender.seal(context.bytes(), contentKey.bytes());
      byte[] wrap = Arrays.copyOf(sender.getEncapsulation(), ENCAPSULATED_BYTES + wrapped.length);
      System.arraycopy(wrapped, 0, wrap, ENCAPSULATED_BYTES, wrapped.length);
      return wrap;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("encryption does not fail", e);
    }
  }

  private static byte[] encrypt(Hash contentKey, Hash context, byte[] text) {
    return cipher(true, contentKey, context, text)
        .orElseThrow(() -> new IllegalStateException("encryption does not fail"));
  }

  private static Optional<byte[]> cipher(
      boolean encrypt, Hash contentKey, Hash context, byte[] input) {
    ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    byte[] key = HashInput.of("text-key").add(contentKey).hash().bytes();
    cipher.init(
        encrypt, new AEADParameters(new KeyParameter(key), MAC_BITS, NONCE, context.bytes()));
    byte[] output = new byte[cipher.getOutputSize(input.length)];
    int length = cipher.processBytes(input, 0, input.length, output, 0);
    try {
      cipher.doFinal(output, length);
      return Optional.of(output);
    } catch (InvalidCipherTextException e) {
      return Optional.empty();
    }
  }

  /**
   * The text, if this envelope is wrapped for the reader and is exactly what sealing that text for
   * these readers gives; empty for anything else.
   *
   * @param reader the reader's name
   * @param readers keys of everybody who must be able to open it
   */
  public Optional<byte[]> open(
      DecryptionKey key, String reader, Hash context, SortedMap<String, EncryptionKey> readers) {
    return contentKey(key, reader, context)
        .flatMap(contentKey ->
            cipher(false, contentKey, context, ciphertext)
                .filter(text -> equals(sealWith(contentKey, context, text, readers))));
  }

  private Optional<Hash> contentKey(DecryptionKey key, String reader, Hash context) {
    byte[] wrap = wraps.get(reader);
    if (wrap == null || wrap.length != WRAP_BYTES) {
      return Optional.empty();
    }
    try {
      byte[] encapsulated = Arrays.copyOf(wrap, ENCAPSULATED_BYTES);
      byte[] wrapped = Arrays.copyOfRange(wrap, ENCAPSULATED_BYTES, wrap.length);
      var receiver = hpke().setupBaseR(encapsulated, key.pair(), INFO);
      return Optional.of(new Hash(receiver.open(context.bytes(), wrapped)));
    } catch (InvalidCipherTextException | RuntimeException e) {
      // A point of low order, or a key that was wrapped for somebody else.
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope that
        && digest.equals(that.digest)
        && Arrays.equals(ciphertext, that.ciphertext)
        && sameWraps(that);
  }

  private boolean sameWraps(Envelope that) {
    if (!wraps.keySet().equals(that.wraps.keySet())) {
      return false;
    }
    for (Map.Entry<String, byte[]> wrap : wraps.entrySet()) {
      if (!Arrays.equals(wrap.getValue(), that.wraps.get(wrap.getKey()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }
}
