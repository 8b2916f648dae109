"""Writes the golden vectors of checkpoints and consistency proofs beside this file.

A second implementation of C2SP signed-note, tlog-checkpoint and tlog-cosignature and of RFC 6962, 2.1.2. Needs the
package `cryptography`. Run it only when the protocol itself changes: python3 generate_checkpoints.py
"""

import base64
import csv
import hashlib
import os
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = os.path.dirname(os.path.abspath(__file__))


def sha(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    split = split_of(len(leaves))
    return sha(b"\1" + root(leaves[:split]) + root(leaves[split:]))


def split_of(size):
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def proof(earlier, leaves):
    return subproof(earlier, leaves, True) if 0 < earlier < len(leaves) else []


def subproof(earlier, leaves, whole):
    if earlier == len(leaves):
        return [] if whole else [root(leaves)]
    split = split_of(len(leaves))
    if earlier <= split:
        return subproof(earlier, leaves[:split], whole) + [root(leaves[split:])]
    return subproof(earlier - split, leaves[split:], False) + [root(leaves[:split])]


def leaf(index):
    return sha(b"\0" + sha(struct.pack(">i", index)))


def consistency():
    for later in (1, 2, 3, 7, 8, 13):
        for earlier in range(later + 1):
            leaves = [leaf(i) for i in range(later)]
            path = "|".join(node.hex() for node in proof(earlier, leaves))
            yield earlier, root(leaves[:earlier]).hex(), later, root(leaves).hex(), path


def public(key):
    return key.public_key().public_bytes_raw()


def key_id(name, kind, key):
    return sha(name.encode() + b"\n" + bytes([kind]) + public(key))[:4]


def key_line(name, kind, key):
    return "%s+%s+%s" % (name, key_id(name, kind, key).hex(), base64.b64encode(bytes([kind]) + public(key)).decode())


def signature_line(name, kind, key, signature):
    return "\u2014 %s %s\n" % (name, base64.b64encode(key_id(name, kind, key) + signature).decode())


def checkpoint():
    log = Ed25519PrivateKey.from_private_bytes(sha(b"log"))
    witness = Ed25519PrivateKey.from_private_bytes(sha(b"witness"))
    origin, name, seconds = "verillm/log/" + public(log).hex(), "verillm/witness/w-1", 1760000000
    text = "%s\n%d\n%s\n" % (origin, 13, base64.b64encode(root([leaf(i) for i in range(13)])).decode())
    timed = "cosignature/v1\ntime %d\n%s" % (seconds, text)
    note = text + "\n" + signature_line(origin, 1, log, log.sign(text.encode()))
    note += signature_line(name, 4, witness, struct.pack(">Q", seconds) + witness.sign(timed.encode()))
    return note, [("log", key_line(origin, 1, log)), ("witness", key_line(name, 4, witness))]


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


NOTE, KEYS = checkpoint()
with open(os.path.join(HERE, "checkpoint.txt"), "w") as note_file:
    note_file.write(NOTE)
write("checkpoint_keys.csv", ("key", "line"), KEYS)
write("consistency.csv", ("earlier", "earlierRoot", "later", "laterRoot", "path"), consistency())
