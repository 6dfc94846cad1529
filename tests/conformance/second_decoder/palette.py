"""Indices into a list of colours: section 13.8 and, with it, 9.8.

Made from the documents alone.
"""

from entropy import need, uniform, weighted

AROUND = ((44, 0, 0, 0, 20), (48, 0, 2, 2, 12), (8, 28, 1, 0, 27), (20, 7, 1, 4, 32))


def first_slots():
    """The models of the slots as a palette starts."""
    models = []
    for full in range(4):
        for brief in range(4):
            for shape in range(4):
                for same in (False, True):
                    if full == 0:
                        known, first = 0 if same else 22 + 11 * brief, 0
                    elif brief == 0:
                        known, first = 10, 8
                    elif same:
                        known, first = 62 if full + brief == 6 else 57 if full + brief >= 4 else 53, 8
                    else:
                        known, first = 58, 6 if full > brief else 5 if full == brief else 3
                    rest = [(64 - known) * w for w in AROUND[shape]]
                    models.append(weighted([8 * known * first, 8 * known * (8 - first)] + rest, 8))
    return models


class Memory:
    """What followed the same neighbours before."""

    def __init__(self):
        self.index, self.trust = 0, 0

    def learn(self, value):
        if self.trust and self.index == value:
            self.trust = min(3, self.trust + 1)
            return
        self.trust >>= 1
        if not self.trust:
            self.index, self.trust = value, 1


def mixed(h, values):
    for v in values:
        h = (h + v + 1) * 0x2C1B3C6D & 0xFFFFFFFF
    return h


class Indices:
    """The indices of a cell or a pass, from `least` to `count` - 1. `luma(x, y)`, if given, lists the luma samples at
    a position."""

    def __init__(self, width, height, count, least=0, luma=None):
        self.count, self.least, self.luma = count, least, luma
        self.slots = first_slots()
        self.top, self.middle, self.low = ([uniform(n) for _ in range(k)] for n, k in ((4, 4), (16, 20), (16, 64)))
        self.full, self.brief = {}, {}
        self.rows = [[0] * (width + 4) for _ in range(height + 2)]  # two more to the left, right and above

    def get(self, x, y):
        return self.rows[y + 2][x + 2]

    def set(self, x, y, value):
        self.rows[y + 2][x + 2] = value

    def guess(self, x, y):
        """The two memories, the candidates, and the model of the slot."""
        p, n, nn, x = self.rows[y + 2], self.rows[y + 1], self.rows[y], x + 2
        around = [p[x - 1], n[x], n[x - 1], n[x + 1]]
        farther = [p[x - 2], nn[x], n[x - 2], n[x + 2]]
        h = mixed(0, self.luma(x - 2, y) if self.luma else around)
        b = self.brief.setdefault(h >> 18, Memory())
        h = mixed(mixed(h, around) if self.luma else h, farther)
        f = self.full.setdefault(h >> 16, Memory())
        candidates = [m.index if m.trust else -1 for m in (f, b)] + around
        w, above, left_above, right_above = around
        if w == above:
            shape = 0 if above == left_above == right_above else 1
        else:
            shape = 2 if above == right_above else 3
        same = candidates[0] == candidates[1]
        return f, b, candidates, self.slots[((f.trust * 4 + b.trust) * 4 + shape) * 2 + same]

    def read(self, s, x, y):
        f, b, candidates, model = self.guess(x, y)
        slot = s.symbol(model)
        v = candidates[slot] if slot < 6 else self.read_plainly(s, candidates[2])
        need(self.least <= v < self.count)
        f.learn(v)
        b.learn(v)
        self.set(x, y, v)
        return v

    def read_plainly(self, s, w):
        if self.count <= 16:
            return s.symbol(self.low[w])
        t = s.symbol(self.top[w >> 8]) if self.count > 256 else 0
        v = t << 4 | s.symbol(self.middle[w >> 4 & 15 if t == w >> 8 else 16 + t])
        return v << 4 | s.symbol(self.low[v])


def read_colours(s, count, planes):
    """A list of colours, each a list of `planes` values."""
    high, low = [uniform(16) for _ in range(4)], [[uniform(16), uniform(16)] for _ in range(4)]
    colours, colour = [], [0] * planes
    for _ in range(count):
        colour = list(colour)
        for c in reversed(range(planes)):
            h = s.symbol(high[c])
            colour[c] = (colour[c] + (h << 4 | s.symbol(low[c][1 if h else 0]))) & 255
        colours.append(colour)
    return colours
