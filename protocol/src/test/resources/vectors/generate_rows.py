"""Writes the golden vectors of rows beside this file: rounding to bf16, and what both policies make of two rows.

A second implementation of protocol section 6.1. Run it only when the protocol itself changes: python3 generate_rows.py
"""

import struct

from noise import Noise, write

WIDTH = 40
BITS = {"FP32": 32, "BF16": 16}


def is_nan(bits):
    return bits & 0x7F800000 == 0x7F800000 and bits & 0x007FFFFF != 0


def bf16(bits):
    """Nearest, ties to even; a NaN keeps its sign and stays a NaN."""
    if is_nan(bits):
        return bits >> 16 | 0x40
    down, rest = bits >> 16, bits & 0xFFFF
    return down + (1 if rest > 0x8000 or rest == 0x8000 and down & 1 else 0)


def rounded(kind, row):
    return row if kind == "BF16" else [bf16(x) for x in row]


def finite(kind, row):
    exponent = 0x7F80 if kind == "BF16" else 0x7F800000
    return all(x & exponent != exponent for x in row)


def value(bits):
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]


def ordered(kind, bits):
    sign = 1 << BITS[kind] - 1
    return -(bits - sign) if bits & sign else bits


def calibrated(one, x, other, y):
    kind = one
    if one != other:
        kind, x, y = "BF16", rounded(one, x), rounded(other, y)
    if not finite(kind, x) or not finite(kind, y):
        return -1
    sign = 1 << BITS[kind] - 1
    kept = sorted(range(WIDTH), key=lambda i: (x[i] & sign - 1, i))[WIDTH // 4:]
    distances = sorted(abs(ordered(kind, x[i]) - ordered(kind, y[i])) for i in kept)
    return distances[-(-9 * len(distances) // 10) - 1]


def paper(one, x, other, y):
    """P_e in parts per million, -1 where it cannot be told, and whether the row passes."""
    x, y = rounded(one, x), rounded(other, y)
    if not finite("BF16", x) or not finite("BF16", y):
        return -1, "FAIL"
    apart = large = small = 0
    total = 0.0
    for a, b in zip(x, y):
        gap = abs((a & 0x7F) - (b & 0x7F))
        if a >> 7 != b >> 7:
            apart += 1
            large += gap >= 64
        else:
            small += gap <= 8
        total += value(a) - value(b)
    passes = (
        apart * 20 < WIDTH
        and (apart == 0 or large * 4 > apart * 3)
        and small * 5 > (WIDTH - apart) * 4
        and abs(total / WIDTH) <= 0.01
    )
    return 1_000_000 * apart // WIDTH, "PASS" if passes else "FAIL"


def element(noise):
    """Of size 1/16 to 8, either sign."""
    return noise.below(2) << 31 | (123 + noise.below(7)) << 23 | noise.below(1 << 23)


def moved(noise, bits, most):
    step = noise.below(2 * most + 1) - most
    return (bits & 0x80000000) | max(0, min(0x7F7FFFFF, (bits & 0x7FFFFFFF) + step))


# Values that a mean or an exponent could fall over, put at one place of the author's row.
ODD = (0x7FC00000, 0xFF800000, 0x7F7FFFFF, 0x80000000, 0x00000001, 0x3FFFFFFF, 0x3F808000, 0x7F800001)
MOST = (0, 1, 700, 30_000, 66_000, 200_000, 600_000, 1_200_000, 9_000_000)


def case(number):
    noise = Noise("row-%d" % number)
    one, other = ("FP32", "BF16")[number & 1], ("FP32", "BF16")[number >> 1 & 1]
    base = [element(noise) for _ in range(WIDTH)]
    most = MOST[noise.below(len(MOST))]
    near = [moved(noise, x, most) for x in base]
    if noise.below(3) == 0:
        # Just above and just below a power of two: another exponent, and mantissas far apart.
        for i in range(1 + noise.below(2)):
            base[i], near[i] = 0x40000000, 0x3FFF0000 if noise.below(2) else 0x3FA00000
    if noise.below(4) == 0:
        # All of them to one side.
        step = (0x8000, 0x10000, 0x14000, 0x20000)[noise.below(4)]
        base = [0x3F810000 + (noise.below(64) << 16) for _ in range(WIDTH)]
        near = [x + step for x in base]
    if noise.below(4) == 0:
        near[noise.below(WIDTH)] = ODD[noise.below(len(ODD))]
    x = base if one == "FP32" else [bf16(v) for v in base]
    y = near if other == "FP32" else [bf16(v) for v in near]
    ppm, outcome = paper(one, x, other, y)
    return one, other, hexed(one, x), hexed(other, y), calibrated(one, x, other, y), ppm, outcome


def hexed(kind, row):
    return b"".join(struct.pack("<I" if kind == "FP32" else "<H", x) for x in row).hex()


def roundings():
    """Around ties of even and odd neighbours, of every sign, and where nothing finite is near."""
    for high in (0x0000, 0x0001, 0x007F, 0x0080, 0x3F80, 0x3F81, 0x3FFF, 0x7F7E, 0x7F7F, 0x7F80, 0x7FC0):
        for low in (0x0000, 0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF):
            for sign in (0, 0x80000000):
                yield sign | high << 16 | low


if __name__ == "__main__":
    write("bf16.csv", ("fp32", "bf16"), (("%08x" % bits, "%04x" % bf16(bits)) for bits in roundings()))
    write(
        "row_pairs.csv",
        ("checkerType", "authorType", "checker", "author", "distance", "exponentPpm", "paper"),
        (case(number) for number in range(160)),
    )
