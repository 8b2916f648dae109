"""Writes the golden vectors of private mode's envelopes beside this file.

A second implementation of the envelope of protocol section 12.2 and of what it needs of RFC 9180 (HPKE base mode,
DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305). Needs the package `cryptography` for curve and cipher.
Run it only when the protocol itself changes: python3 generate_envelopes.py
"""

import csv
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

HERE = os.path.dirname(os.path.abspath(__file__))
KEM = b"KEM" + struct.pack(">H", 0x0020)
HPKE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)
INFO = b"verillm envelope"


def sha(data):
    return hashlib.sha256(data).digest()


def frame(tag, *fields):
    out = b""
    for field in (tag.encode(),) + fields:
        out += struct.pack(">I", len(field)) + field
    return out


def h(tag, *fields):
    return sha(frame(tag, *fields))


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def extract(suite, salt, label, key):
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + key)


def expand(suite, key, label, info, length):
    labeled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    out, block = b"", b""
    while len(out) < length:
        block = mac(key, block + labeled + bytes([len(out) // 32 + 1]))
        out += block
    return out[:length]


def public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def dh(secret, point):
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(point))


def derived(seed):
    return expand(KEM, extract(KEM, b"", b"dkp_prk", seed), b"sk", b"", 32)


def wrap(content_key, context, name, reader):
    ephemeral = derived(h("wrap", content_key, name.encode(), reader))
    encapsulated = public(ephemeral)
    secret = extract(KEM, b"", b"eae_prk", dh(ephemeral, reader))
    shared = expand(KEM, secret, b"shared_secret", encapsulated + reader, 32)
    # Base mode: no pre-shared key.
    schedule = b"\0" + extract(HPKE, b"", b"psk_id_hash", b"") + extract(HPKE, b"", b"info_hash", INFO)
    prk = extract(HPKE, shared, b"secret", b"")
    key = expand(HPKE, prk, b"key", schedule, 32)
    nonce = expand(HPKE, prk, b"base_nonce", schedule, 12)
    return encapsulated + ChaCha20Poly1305(key).encrypt(nonce, content_key, context)


def envelope(secret, context, text, readers):
    content_key = mac(secret, frame("content-key", context, sha(text)))
    yield "digest", h("envelope", content_key, context, text)
    yield "ciphertext", ChaCha20Poly1305(h("text-key", content_key)).encrypt(bytes(12), text, context)
    for name in sorted(readers):
        yield "wrap " + name, wrap(content_key, context, name, public(readers[name]))


def rows():
    secret, context = sha(b"sender"), sha(b"context")
    readers = {name: sha(name.encode()) for name in ("coordinator", "requester", "worker:w-1")}
    for name, seed in sorted(readers.items()):
        yield "", "key " + name, public(seed).hex()
    for text in (b"", b"one", bytes(range(256)) * 3):
        for name, value in envelope(secret, context, text, readers):
            yield text.hex(), name, value.hex()


with open(os.path.join(HERE, "envelopes.csv"), "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("text", "name", "value"))
    writer.writerows(rows())
