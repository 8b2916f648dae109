"""Writes the golden vectors beside this file, from a second implementation of the protocol's rules.

The Java tests assert these files; run this only when the protocol itself changes: python3 generate.py
"""

import hashlib
import hmac
import math
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))


def sha(data):
    return hashlib.sha256(data).digest()


def frame(tag, *fields):
    out = b""
    for field in (tag.encode(),) + fields:
        out += struct.pack(">I", len(field)) + field
    return out


def h(tag, *fields):
    return sha(frame(tag, *fields))


def i4(value):
    return struct.pack(">i", value)


def merkle(leaf_hashes):
    n = len(leaf_hashes)
    if n == 0:
        return sha(b"")
    if n == 1:
        return leaf_hashes[0]
    k = 1
    while 2 * k < n:
        k *= 2
    return sha(b"\1" + merkle(leaf_hashes[:k]) + merkle(leaf_hashes[k:]))


def leaf_hash(data):
    return sha(b"\0" + data)


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="\n") as out:
        out.write(",".join(header) + "\n")
        for row in rows:
            out.write(",".join(str(cell) for cell in row) + "\n")


class Stream:
    def __init__(self, seed):
        self.seed = seed
        self.counter = 0

    def below(self, bound):
        largest = (1 << 63) // bound * bound
        while True:
            word = int.from_bytes(sha(self.seed + struct.pack(">Q", self.counter))[:8], "big") >> 1
            self.counter += 1
            if word < largest:
                return word % bound


def seed(name):
    return sha(name.encode())


# Random stream: bounds up to just above 2^62, where nearly half of the words are thrown away.
def random_stream():
    for name in ("a", "b"):
        stream = Stream(seed("stream-" + name))
        for bound in [1, 2, 3, 10, 1000, 2**31, 2**62 + 1] * 4 + [2**63 - 1]:
            yield name, bound, stream.below(bound)


def committee(vrf, candidates, seats):
    stream = Stream(vrf)
    left = sorted(candidates, key=lambda c: c[0].encode())
    members = []
    while left and len(members) < seats:
        drawn = stream.below(sum(c[1] for c in left))
        for index, candidate in enumerate(left):
            if drawn < candidate[1]:
                members.append(left.pop(index)[0])
                break
            drawn -= candidate[1]
    return members


def committees():
    pools = {
        "equal": [("worker-%d" % i, 100) for i in range(12)],
        "skewed": [("worker-%d" % i, 3**i) for i in range(20)],
        "unicode": [("\ufb01", 5), ("\U0001f600", 5), ("z", 5), ("Z", 5), ("\u00e9", 5)],
        "huge": [("a", 2**62), ("b", 2**62 - 2), ("c", 1)],
        "few": [("only", 1)],
    }
    for name, pool in pools.items():
        for seats in (1, 3, 7):
            for i in range(3):
                members = committee(seed("committee-%d" % i), pool, seats)
                cells = "|".join("%s:%d" % c for c in pool)
                yield "committee-%d" % i, cells, seats, "|".join(members)


def positions(vrf, start, end, total, boundaries, part, opened):
    stream = Stream(vrf)
    third = max(1, total // 3)
    chosen = set()

    def choose(low, high, limit):
        pool = [p for p in range(low, high) if p not in opened and p not in chosen]
        while len(chosen) < limit and pool:
            chosen.add(pool.pop(stream.below(len(pool))))

    if part == "first":
        limit = min(16, third)
        chosen.add(start)
        if len(chosen) < limit:
            chosen.add(end - 1)
        if len(chosen) < limit and start > 0:
            chosen.add(stream.below(start))
        choose(start, end, limit)
    else:
        limit = min(16, third - len(opened)) if part == "second" else 16
        choose(start, end, limit)
        choose(0, start, limit)
    return [(p, stream.below(boundaries - 1)) for p in sorted(chosen)]


def position_draws():
    spans = [(0, 1, 1), (2, 5, 5), (10, 40, 40), (20, 120, 120), (200, 210, 210), (30, 60, 30), (30, 60, 60), (5, 4096, 4096)]
    for start, end, total in spans:
        for boundaries in (2, 5):
            opened = set()
            for part in ("first", "second", "secondRound"):
                name = "positions-%s-%d%s" % (part, end, "" if total == end else "-later")
                drawn = positions(seed(name), start, end, total, boundaries, part, opened)
                yield (
                    name, start, end, total, boundaries, part,
                    "|".join(str(p) for p in sorted(opened)),
                    "|".join("%d:%d" % d for d in drawn),
                )
                opened |= {p for p, _ in drawn}


def logits(name, size):
    """Multiples of 1/256 in [-8, 8), so that ties occur and floats are exact."""
    out = []
    for i in range(size):
        word = struct.unpack(">H", sha(name.encode() + i4(i))[:2])[0]
        out.append((word % 4096 - 2048) / 256.0)
    return out


def u(sampling_seed, t, v):
    r = int.from_bytes(sha(sampling_seed + i4(t) + i4(v))[:8], "big") >> 12
    return (2 * r + 1) / 2.0**53


def score(logit, temperature, sampling_seed, t, v):
    return logit / temperature - math.log(-math.log(u(sampling_seed, t, v)))


class Ranked:
    def __init__(self, values, temperature, top_k, top_p):
        order = sorted(range(len(values)), key=lambda v: (-values[v], v))
        self.values = values
        self.ids = order[:top_k]
        self.after = order[top_k] if len(order) > top_k else None
        self.temperature, self.top_p = temperature, top_p
        if temperature:
            top = values[order[0]]
            self.weights = [math.exp((values[v] - top) / temperature) for v in self.ids]
            self.total = sum(self.weights)

    def allowed(self):
        if self.top_p == 1:
            return list(self.ids)
        out, before = [], 0.0
        for v, weight in zip(self.ids, self.weights):
            if out and not before < self.top_p * self.total:
                break
            out.append(v)
            before += weight
        return out

    def inside(self, before, shift):
        if self.top_p == 1 or before == 0:
            return True
        if shift / self.temperature > 700:
            return False  # before outweighs everything; math.exp would overflow
        moved = before * math.exp(shift / self.temperature)
        return moved < self.top_p * (moved + self.total - before)

    def surely(self, v, band):
        if v not in self.ids:
            return False
        value = self.values[v]
        if self.after is not None and value - self.values[self.after] < band:
            return False
        rank = self.ids.index(v)
        before = 0.0
        for i, other in enumerate(self.ids):
            ahead = i < rank or (band > 0 and i != rank and self.values[other] >= value - band)
            before += self.weights[i] if ahead else 0
        return self.inside(before, band)

    def possibly(self, v, band):
        value = self.values[v]
        if self.after is not None and value < self.values[self.ids[-1]] - band:
            return False
        before = sum(w for other, w in zip(self.ids, self.weights) if self.values[other] > value + band)
        return self.inside(before, -band)


def sample(ranked, sampling_seed, t):
    if ranked.temperature == 0:
        return ranked.ids[0]
    best = None
    for v in ranked.allowed():
        s = score(ranked.values[v], ranked.temperature, sampling_seed, t, v)
        if best is None or s > best[0] or (s == best[0] and v < best[1]):
            best = (s, v)
    return best[1]


def evidence(ranked, sampling_seed, t, v, band_units):
    band = band_units / 65536.0
    if sample(ranked, sampling_seed, t) == v:
        return 0, 0
    if ranked.temperature == 0:
        return 2, min(2**24 - 1, math.floor((ranked.values[ranked.ids[0]] - ranked.values[v]) * 65536 + 0.5))
    surely = [w for w in ranked.ids if ranked.surely(w, band)]
    own = score(ranked.values[v], ranked.temperature, sampling_seed, t, v)
    gap = 0.0
    if surely:
        best = max(score(ranked.values[w], ranked.temperature, sampling_seed, t, w) for w in surely)
        gap = max(0.0, (best - own) * ranked.temperature)
    rank_class = 1 if ranked.surely(v, band) else 2 if ranked.possibly(v, band) else 3
    return rank_class, min(2**24 - 1, math.floor(gap * 65536 + 0.5))


SETTINGS = [(0.0, 1, 1.0), (0.7, 40, 0.9), (1.0, 64, 1.0), (1.5, 5, 0.5), (0.001, 64, 0.95), (100.0, 64, 1.0), (1.0, 1, 0.1)]


def samples():
    s = seed("sampling")
    for temperature, top_k, top_p in SETTINGS:
        for size in (1, 50, 500):
            for t in (0, 1, 17, 4095):
                values = logits("logits-%d-%d" % (size, t), size)
                ranked = Ranked(values, temperature, top_k, top_p)
                yield size, t, temperature, top_k, top_p, sample(ranked, s, t)


def evidences():
    s = seed("sampling")
    for temperature, top_k, top_p in SETTINGS:
        for band in (0, 4096, 65536):
            for t in (3, 2000):
                values = logits("logits-500-%d" % t, 500)
                ranked = Ranked(values, temperature, top_k, top_p)
                order = sorted(range(500), key=lambda v: (-values[v], v))
                for v in [order[i] for i in (0, 1, 2, 4, 5, 39, 40, 63, 64, 70, 499)] + [sample(ranked, s, t)]:
                    yield (t, temperature, top_k, top_p, band, v) + evidence(ranked, s, t, v, band)


def digests():
    request = bytes(range(16))
    ids = b"".join(i4(v) for v in (1, 2, 3))
    salt, nonce = b"\xaa" * 16, b"\xbb" * 16
    prompt = h("prompt", salt, ids)
    output = h("output", ids)
    randomness = seed("randomness")
    task_id = h("task", seed("vrf"))
    yield "hash-no-field", h("t").hex()
    yield "hash-fields", h("t", b"", b"ab", "\u00e9".encode()).hex()
    yield "prompt", prompt.hex()
    yield "output", output.hex()
    yield "context", h("context", prompt, output, output).hex()
    yield "tag", h("tag", output, i4(1), nonce).hex()
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    yield "seed", h("seed", request, key, nonce).hex()
    sampling = struct.pack(">d", 0.7) + i4(40) + struct.pack(">d", 0.9)
    yield "input", h(
        "input", request, prompt, i4(3), sampling, h("seed", request, key, nonce), seed("salt")
    ).hex()
    yield "case-seed", h("case", seed("vrf"), i4(3)).hex()
    yield "task-id", task_id.hex()
    yield "salt", hmac.new(b"secret", frame("salt", task_id, i4(1)), hashlib.sha256).hexdigest()
    rows = [i4(2)] + [struct.pack(">q", v) for v in (1, 2, 3, 4)]
    tokens = [struct.pack(">q", 5), struct.pack(">q", 6), i4(7), i4(8)]
    names = [b"c-1", seed("model"), b"author", b"checker"]
    yield "calibration", h("calibration", *names, *rows, *tokens, i4(9), i4(10)).hex()
    yield "alpha-task", frame("task", request, b"author", b"worker-1", i4(2)).hex()
    yield "alpha-committee", frame("committee", request, i4(1), randomness).hex()
    yield "alpha-challenge", frame("challenge", request, i4(1), i4(2), randomness).hex()
    yield "sealed", h("sealed", b"seal").hex()
    yield "randomness", h("randomness", seed("seal"), seed("a"), seed("b")).hex()
    yield "journal", h("journal", b"entry").hex()
    yield "seal", h("seal", task_id, b"worker-1", i4(1), prompt, output, i4(7), output, i4(1), b"cpu", randomness).hex()


def requester_record():
    """The request of docs/producers.md: the topic, the record's parts, and what it was signed with."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    request_id = "019abc00-0000-7000-8000-000000000001"
    key = request_id.encode()
    flag = h("flag", bytes.fromhex(request_id.replace("-", "")), b"NONE", b"\x33" * 32)
    value = b"\xc3\x01" + bytes.fromhex("e5d330373eb5fe14")
    value += avro_bytes(key) + avro_bytes(ed25519_public(secret)) + avro_bytes(b"\x11" * 32)
    value += avro_bytes(b"\x22" * 32) + avro_bytes(b"Hello") + avro_long(16)
    value += struct.pack("<d", 0.7) + avro_long(40) + struct.pack("<d", 0.9)
    value += avro_long(3) + avro_long(10000) + avro_bytes(flag)
    topic = b"verillm.requests.v1"
    return topic, key, value, secret, ed25519_sign(secret, h("event", topic, key, value))


def avro_long(value):
    zigzag = (value << 1) ^ (value >> 63)
    out = b""
    while zigzag > 127:
        out += bytes([zigzag & 127 | 128])
        zigzag >>= 7
    return out + bytes([zigzag])


def avro_bytes(data):
    return avro_long(len(data)) + data


# Ed25519 of RFC 8032: affine points of -x^2 + y^2 = 1 + d x^2 y^2, slow and short.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    4 * pow(5, -1, PRIME) % PRIME,
)


def add(a, b):
    both = CURVE * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + both, -1, PRIME)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - both, -1, PRIME)
    return x % PRIME, y % PRIME


def times(scalar, point):
    total = (0, 1)
    for bit in bin(scalar)[2:]:
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def ed25519_secret(secret):
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def ed25519_public(secret):
    return encoded(times(ed25519_secret(secret)[0], BASE))


def ed25519_sign(secret, message):
    scalar, prefix = ed25519_secret(secret)
    number = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER
    nonce = number(prefix, message)
    point = encoded(times(nonce, BASE))
    proof = (nonce + number(point, ed25519_public(secret), message) * scalar) % ORDER
    return point + proof.to_bytes(32, "little")


def records():
    """One whole signed record, and all that is hashed of it."""
    topic, key, value, secret, signature = requester_record()
    public = ed25519_public(secret)
    yield "topic", topic.decode()
    yield "key", key.decode()
    yield "secret", secret.hex()
    yield "value", value.hex()
    yield "signature", signature.hex()
    yield "event", h("event", topic, key, value).hex()
    yield "record", h("record", key, value, b"requester", signature).hex()
    yield "request", h("request", key, value, signature).hex()
    yield "requester", h("requester", public).hex()
    yield "seed", h("seed", bytes.fromhex(key.decode().replace("-", "")), public, b"\x11" * 32).hex()


def coordinator_macs():
    """What the coordinator derives from its secret, so that a repeated step repeats its bytes."""
    request = b"019abc00-0000-7000-8000-000000000001"
    mac = lambda tag, *fields: hmac.new(b"secret", frame(tag, *fields), hashlib.sha256).hexdigest()
    yield "prompt-salt", mac("prompt-salt", request)
    yield "nonce", mac("nonce", h("task", seed("vrf")))
    yield "handovers", mac("handovers", request)
    yield "author", mac("author", request, i4(1), i4(2))


def models():
    """Ids of a model whose files hold their own names."""
    tokenizer = h("tokenizer", b"tokenizer.json", b"tokenizer_config.json")
    chatting = h("tokenizer", b"tokenizer.json", b"tokenizer_config.json", b"chat_template.jinja")
    weights, config = sha(b"model.safetensors"), h("config", b"config.json")
    yield "tokenizer", tokenizer.hex()
    yield "tokenizer-chat", chatting.hex()
    yield "config", config.hex()
    yield "weights", weights.hex()
    yield "model", h("model", weights, tokenizer, config, b"onnxruntime-cpu-fp32").hex()


def vrf_keys():
    """The secret of a seed: the first counter in range, which here is always 0."""
    for name in ("a", "b"):
        yield seed(name).hex(), h("vrf-key", seed(name), i4(0)).hex()


def traces():
    """Two boundaries of three values, position t holds t + 0.5 * index, -0 at last."""
    model = seed("model")
    leaves = []
    for t in range(5):
        rows = [struct.pack("<3f", t + 0.5 * b, -t, -0.0) for b in range(2)]
        rows_root = merkle([leaf_hash(row) for row in rows])
        leaves.append(leaf_hash(h("leaf", model, b"cpu-fp32", i4(t), i4(100 + t), rows_root)))
        yield t + 1, merkle(leaves).hex()


def monotone(bits):
    return bits if bits < 2**31 else -(bits - 2**31)


def row_distances():
    for n in (1, 2, 4, 7, 40, 128):
        for name in ("near", "far"):
            xs, ys = [], []
            for i in range(n):
                word = struct.unpack(">I", sha(("%s-%d-%d" % (name, n, i)).encode())[:4])[0]
                bits = word & 0xBFFFFFFF
                xs.append(bits)
                ys.append((bits + i % 23 if name == "near" else bits ^ (word >> 20)) & 0xBFFFFFFF)
            kept = sorted(range(n), key=lambda i: (xs[i] & 0x7FFFFFFF, i))[n // 4:]
            distances = sorted(abs(monotone(xs[i]) - monotone(ys[i])) for i in kept)
            rank = -(-9 * len(distances) // 10)
            yield "|".join("%08x" % x for x in xs), "|".join("%08x" % y for y in ys), distances[rank - 1]


def flags():
    """Seals of a request's flag, and what slots of a duty epoch owe at 5 % BAD and 2 % GOOD."""
    request = bytes(range(16))
    salt = bytes([0xCC] * 16)
    for kind in ("NONE", "BAD", "GOOD"):
        yield "seal", kind, h("flag", request, kind.encode(), salt).hex()
    for slot in range(60):
        alpha = frame("duty", seed("duty"), i4(3), struct.pack(">q", 7), b"w-01", i4(slot))
        drawn = next(random_below(sha(alpha), 10000))
        yield "duty", slot, "BAD" if drawn < 500 else "GOOD" if drawn < 700 else "NONE"
    # What is asked of the flag: as much as one of eight requests, five of one size, two of another.
    for slot in range(20):
        alpha = frame("duty", seed("duty"), i4(3), struct.pack(">q", 7), b"w-01", i4(slot))
        counter, _ = first_below(sha(alpha), 0, 10000)
        _, drawn = first_below(sha(alpha), counter, 8)
        yield "size", slot, "3/32" if drawn < 5 else "3/64" if drawn < 7 else "7/16"


def first_below(stream_seed, counter, bound):
    """The first number below a bound from this word on, and the word behind it."""
    largest = (1 << 63) // bound * bound
    while True:
        word = struct.unpack(">Q", sha(stream_seed + struct.pack(">q", counter))[:8])[0] >> 1
        counter += 1
        if word < largest:
            return counter, word % bound


def random_below(stream_seed, bound):
    """Numbers below a bound from words of 63 bits; words above the largest multiple are dropped."""
    largest = (1 << 63) // bound * bound
    counter = 0
    while True:
        word = struct.unpack(">Q", sha(stream_seed + struct.pack(">q", counter))[:8])[0] >> 1
        counter += 1
        if word < largest:
            yield word % bound


def private_contexts():
    """What envelopes of private mode are bound to: what is in them, and of which request or task."""
    request = "01900000-0000-7000-8000-000000000001"
    task = seed("task")
    for segment, round_, part, worker in ((0, 1, 1, "w-01"), (0, 1, 2, "w-01"), (1, 1, 1, "w-01"), (0, 2, 1, "w-02")):
        fields = (request.encode(), i4(segment), i4(round_), i4(part), task, worker.encode())
        told = "%s/%d/%d/%d/%s/%s" % (request, segment, round_, part, task.hex(), worker)
        yield "opening", told, h("private-opening", *fields).hex()
    for sequence in (0, 1, 255, 1 << 20):
        yield "result", "%s/%d" % (request, sequence), h("private-result", request.encode(), i4(sequence)).hex()


def case_times():
    """Seals as tick, and "!" where the coordinator was silent; and the case time behind the last of them."""
    for number in range(40):
        numbers = random_below(sha(b"case-time-%d" % number), 1000)
        tick = next(numbers)
        seals = []
        for _ in range(number % 12):
            step = (1, 1, 8, 19, 20, 21, 400)[next(numbers) % 7]
            tick += step if next(numbers) % 9 else 0
            seals.append((tick, next(numbers) % 4 > 0))
        spoken = [tick for tick, spoke in seals if spoke]
        # Time counts between epochs in which the coordinator spoke; before its first word from the first seal.
        marks = ([seals[0][0]] if seals else []) + spoken
        time = sum(min(20, later - earlier) for earlier, later in zip(marks, marks[1:]))
        yield "|".join(("%d" if spoke else "%d!") % tick for tick, spoke in seals), time


def peer_groups():
    """Cases of one scoring epoch with their own w, and what each worker's peer prediction comes to.

    A case is its w and its votes: R or A, and "h" where a vote counts in nobody's majority.
    """
    for number in range(12):
        numbers = random_below(sha(b"peer-groups-%d" % number), 1000)
        cases = []
        for _ in range(2 + 3 * number):
            w = (7200, 4100, 1, 10**6)[next(numbers) % (1 + number % 4)]
            size = 2 + next(numbers) % 4
            first = next(numbers) % 7
            wrong = next(numbers) % 3 == 0
            votes = [
                ("w-%d" % ((first + i) % 7), wrong != (next(numbers) % 10 == 0), next(numbers) % 8 > 0)
                for i in range(size)
            ]
            cases.append((w, votes))
        scores = {}
        for w, votes in cases:
            counting = sum(counts for _, _, counts in votes)
            for worker, reject, counts in votes:
                others = counting - counts
                if others >= 2:
                    rejects = sum(r for _, r, c in votes if c) - (reject and counts)
                    y = (1, 2, 0)[(2 * rejects > others) - (2 * rejects < others)]
                    scores.setdefault(worker, {}).setdefault(w, []).append((reject, y))
        told = "|".join(
            "%d %s" % (w, " ".join("%s:%s%s" % (name, "R" if r else "A", "" if c else "h") for name, r, c in votes))
            for w, votes in cases
        )
        sums = {worker: sum(payment(w, group) for w, group in groups.items()) for worker, groups in scores.items()}
        yield told, "|".join("%s %d" % entry for entry in sorted(sums.items()))


def payment(w, group):
    n = len(group)
    if n < 2:
        return 0
    total = sum(y for _, y in group)
    covariance = sum((n * y - total) * (1 if reject else -1) for reject, y in group)
    return w * covariance // (2 * (n - 1))


write("flags.csv", ("what", "of", "value"), flags())
write("private_contexts.csv", ("what", "of", "context"), private_contexts())
write("case_time.csv", ("seals", "ticks"), case_times())
write("peer_groups.csv", ("cases", "scores"), peer_groups())
write("random_stream.csv", ("seed", "bound", "value"), random_stream())
write("committees.csv", ("seed", "candidates", "seats", "members"), committees())
write("positions.csv", ("seed", "start", "end", "total", "boundaries", "part", "opened", "drawn"), position_draws())
write("samples.csv", ("size", "position", "temperature", "topK", "topP", "token"), samples())
write(
    "evidence.csv",
    ("position", "temperature", "topK", "topP", "band", "token", "rankClass", "margin"),
    evidences(),
)
write("uniform.csv", ("position", "token", "u"), ((t, v, u(seed("sampling"), t, v).hex()) for t in (0, 5, 4095) for v in (0, 1, 31999)))
write("digests.csv", ("name", "value"), digests())
write("record.csv", ("name", "value"), records())
write("coordinator_macs.csv", ("name", "value"), coordinator_macs())
write("model_ids.csv", ("name", "value"), models())
write("vrf_keys.csv", ("seed", "secret"), vrf_keys())
write("trace_roots.csv", ("size", "root"), traces())
write("row_distances.csv", ("checker", "author", "statistic"), row_distances())
