"""Writes the golden vectors of votes beside this file: what two openings make a checker say.

A second implementation of protocol section 6. Run it only when the protocol itself changes: python3 generate_votes.py
"""

import struct

from noise import Noise, write

PROMPT, MAX_TOKENS, POSITION_LIMIT = 4, 12, 64
WIDTH = 4
ROWS = ((512, 4217), (512, 4618))
MEAN, LARGEST, CLIP = (256, 1100), (64, 275), 65536
OWN, SURELY, POSSIBLY, FORBIDDEN = range(4)


def ordered(bits):
    return bits if bits < 2**31 else -(bits - 2**31)


def finite(row):
    return all(x & 0x7F800000 != 0x7F800000 for x in row)


def judged(value, limits):
    return 0 if value <= limits[0] else 2 if value > limits[1] else 1


def row_test(policy, own, claimed, boundary):
    return paper(own, claimed) if policy == "paper" else calibrated(own, claimed, boundary)


def paper(own, claimed):
    """Rows of four elements: one exponent that differs, or one mantissa by more than 8, is too many."""
    x, y = [bf16(v) for v in own], [bf16(v) for v in claimed]
    if not finite(own) or not finite(claimed):
        return 2
    near = all(a >> 7 == b >> 7 and abs((a & 0x7F) - (b & 0x7F)) <= 8 for a, b in zip(x, y))
    return 0 if near and abs(sum(value(a) - value(b) for a, b in zip(x, y)) / WIDTH) <= 0.01 else 2


def bf16(bits):
    return bits + 0x7FFF + (bits >> 16 & 1) >> 16


def value(bits):
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]


def calibrated(own, claimed, boundary):
    if not finite(own) or not finite(claimed):
        return 2
    kept = sorted(range(WIDTH), key=lambda i: (own[i] & 0x7FFFFFFF, i))[WIDTH // 4:]
    distances = sorted(abs(ordered(own[i]) - ordered(claimed[i])) for i in kept)
    return judged(distances[-(-9 * len(distances) // 10) - 1], ROWS[boundary])


def token_test(entries):
    if any(kind == FORBIDDEN for kind, _ in entries):
        return 2
    mean = sum(min(margin, CLIP) for _, margin in entries) * 256 // max(len(entries), 64)
    return max(judged(mean, MEAN), judged(max((m for _, m in entries), default=0), LARGEST))


def vote(case):
    limit = min(PROMPT + MAX_TOKENS, POSITION_LIMIT)
    if not case["same_output"] or any(not same for _, _, same, _, _ in case["rows"]):
        return "REJECT/INPUT"
    parts = []
    for part in (1, 2):
        tests = [row_test(case["policy"], own, claimed, b) for p, b, _, own, claimed in case["rows"] if p == part]
        parts.append(max(tests, default=None) if tests else None)
    rows = parts[0] if parts[1] is None or parts[0] == 2 else parts[1]
    tokens, end = case["evidence"][:-1], case["evidence"][-1]
    size, finish = case["size"], case["finish"]
    fits = {"EOS": size <= limit, "LENGTH": size == limit, "STOP": size <= limit and size == case["stop"], "NONE": False}
    judges = case["policy"] == "calibrated"
    end_test = 0
    if judges and finish == "EOS":
        end_test = 2 if end[0] == FORBIDDEN else judged(end[1], LARGEST)
    tested = token_test(tokens) if judges else 0
    if rows == 2:
        return "REJECT/MODEL"
    if tested == 2:
        return "REJECT/SAMPLING"
    if not fits[finish] or end_test == 2:
        return "REJECT/END"
    return "UNSURE" if 1 in (rows, tested, end_test) else "ACCEPT"


def row(noise):
    return [0x3F800000 | noise.below(1 << 23) | noise.below(2) << 31 for _ in range(WIDTH)]


def near(noise, own, distance):
    return [x + (distance if noise.below(2) else -distance) for x in own]


DISTANCES = {
    "calibrated": (3, 3, 3, 3, 3, 3, 40, 512, 513, 4217, 4218, 4619),
    # Steps of bf16 are 65,536: one that the mean feels, 8 and 9 of them.
    "paper": (3, 3, 3, 3, 4000, 4000, 40000, 66000, 524288, 589824, 600000, 2000000),
}


def case(number):
    policy = "paper" if number >= 120 else "calibrated"
    noise = Noise("vote-%d" % number)
    size = PROMPT + 1 + noise.below(MAX_TOKENS)
    finish = ("EOS", "STOP", "LENGTH", "NONE")[(0, 0, 0, 0, 1, 1, 2, 3)[noise.below(8)]]
    stop = size if noise.below(4) else size + 1
    if finish == "LENGTH" and noise.below(2):
        size = PROMPT + MAX_TOKENS
    parts = 2 if noise.below(3) == 0 else 1
    rows = []
    for part in range(1, parts + 1):
        for position in (part - 1, part + 1):
            for boundary in (0, 1):
                own = row(noise)
                distance = DISTANCES[policy][noise.below(12)] if noise.below(2) else 3
                claimed = near(noise, own, distance)
                if noise.below(40) == 0:
                    claimed[noise.below(WIDTH)] = 0x7FC00000
                rows.append((part, boundary, boundary == 1 or noise.below(24) > 0, own, claimed))
    entries = []
    for _ in range(size - PROMPT + 1):
        kind = noise.below(400)
        if kind < 340:
            entries.append((OWN, 0))
        elif kind < 398:
            entries.append((SURELY if kind < 370 else POSSIBLY, (1, 20, 64, 65, 275, 276)[(0, 0, 0, 0, 1, 2, 3, 4, 5)[noise.below(9)]]))
        else:
            entries.append((FORBIDDEN, 0))
    # A token of a position is told once, in the row of boundary 0.
    return dict(policy=policy, size=size, finish=finish, stop=stop, same_output=noise.below(12) > 0, rows=rows, evidence=entries)


def encoded(case):
    return (
        case["policy"],
        case["size"],
        case["finish"],
        case["stop"],
        int(case["same_output"]),
        "|".join("%d:%d:%d:%s:%s" % (part, b, same, hexed(own), hexed(claimed)) for part, b, same, own, claimed in case["rows"]),
        "".join("%02x%06x" % entry for entry in case["evidence"]),
        vote(case),
    )


def hexed(bits):
    return b"".join(struct.pack("<I", x & 0xFFFFFFFF) for x in bits).hex()


write(
    "votes.csv",
    ("policy", "size", "finish", "stop", "sameOutput", "rows", "evidence", "vote"),
    (encoded(case(number)) for number in range(180)),
)
