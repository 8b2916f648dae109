"""What the generators of golden vectors beside this file share: made-up numbers from a name, and how a file is written."""

import csv
import hashlib
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))


class Noise:
    def __init__(self, name):
        self.state = hashlib.sha256(name.encode()).digest()

    def below(self, bound):
        self.state = hashlib.sha256(self.state).digest()
        return struct.unpack(">Q", self.state[:8])[0] % bound

    def of(self, *choices):
        return choices[self.below(len(choices))]

    def one_in(self, n):
        return self.below(n) == 0


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
