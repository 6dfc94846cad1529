"""Chapter 6: a record as a stream of symbols.

Made from docs/bitstream-entropy.md alone; it shares nothing with the library.
"""

import os
import sys
from bisect import bisect_right

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from container_model import CORRUPT, Refused, need  # noqa: E402

ONE = 32768
LOWEST = 1 << 16
TARGETS = {n: [[i if i <= s else ONE - (n - i) for i in range(1, n)] for s in range(n)] for n in range(2, 17)}


class Model:
    """An adaptive distribution: inner borders and a count (6.2)."""

    __slots__ = ("inner", "count", "size")

    def __init__(self, inner, count):
        self.inner, self.count, self.size = inner, count, len(inner) + 1


def uniform(n):
    return Model([ONE * i // n for i in range(1, n)], 0)


def weighted(weights, count=0):
    n, total = len(weights), sum(weights)
    return Model([i + sum(weights[:i]) * (ONE - n) // total for i in range(1, n)], count)


class Stream:
    """One rANS stream (6.1) whose models adapt at `rate`."""

    def __init__(self, data, rate):
        need(len(data) >= 4)
        self.data, self.at, self.rate = data, 4, rate
        self.state = int.from_bytes(data[:4], "little")
        need(self.state >= LOWEST)

    def advance(self, start, frequency, slot):
        x = frequency * (self.state >> 15) + slot - start
        if x < LOWEST:
            at = self.at
            if at + 2 > len(self.data):
                raise Refused(CORRUPT)
            x = x << 16 | self.data[at] | self.data[at + 1] << 8
            self.at = at + 2
        self.state = x

    def bits(self, n):
        slot = self.state & 32767
        value = slot >> (15 - n)
        self.advance(value << (15 - n), 1 << (15 - n), slot)
        return value

    def symbol(self, model):
        slot = self.state & 32767
        inner = model.inner
        s = bisect_right(inner, slot)
        start = inner[s - 1] if s else 0
        end = inner[s] if s < model.size - 1 else ONE
        self.advance(start, end - start, slot)
        count = model.count
        r = self.rate - (count < 32) - (count < 12) - (count < 5)
        model.inner = [c + ((t - c) >> r) for c, t in zip(inner, TARGETS[model.size][s])]
        if count < 32:
            model.count = count + 1
        return s

    def finish(self):
        need(self.state == LOWEST and self.at == len(self.data))
