"""Chapter 13: lossless cells.

Made from docs/bitstream-lossless.md alone.
"""

from functools import lru_cache

import numpy as np

from colour import ycc_to_rgb
from entropy import Stream, need, uniform, weighted
from palette import Indices, read_colours

LEAST = (0, 5, 10, 18, 28, 40, 58, 80, 110, 149, 200, 269, 359, 477, 634, 840, 1113, 1473, 1948, 2574, 3400, 4491)
MEANS = ((2, 8, 13, 15, 25, 36, 53, 78, 99, 118, 80, 98, 64, 80, 99, 68, 81, 47, 55, 50, 57, 57),
         (1, 3, 9, 12, 15, 18, 23, 30, 44, 64, 42, 58, 37, 52, 72, 51, 68, 46, 50, 50, 57, 57))


def to_planes(planes):
    """Y, Cb, Cr as G, R, B."""
    r, g, b = ycc_to_rgb(*planes)
    return [g, r, b]


@lru_cache(None)
def first_weights(mean):
    weights, w = [], 32768
    for _ in range(16):
        weights.append(max(w, 1))
        w = w * mean // (mean + 16)
    weights[15] = weights[15] * (mean + 16) // 16
    return tuple(weights)


def first_model(mean):
    return weighted(first_weights(mean), 12)


def level_of(energy):
    return max(i for i, least in enumerate(LEAST) if energy >= least)


def low_bits(level):
    return 0 if level < 10 else 1 if level < 12 else 2 if level < 15 else 3 if level < 17 else 4


def clamp(v):
    return max(0, min(4080, v))


def unfold(p, k):
    """The value that stands at place k by its distance from p."""
    centre = (p + 8) >> 4
    up = p - 16 * centre >= 0
    room = min(centre, 255 - centre)
    if k > 2 * room:
        return centre + k - room if centre <= 127 else centre - (k - room)
    distance = (k + 1) // 2
    return centre + distance if (k % 2 == 1) == up else centre - distance


class Grid:
    """Values with what stands beside them: to the left the value above column 0, to the right the last one."""

    def __init__(self, width, start):
        self.width, self.start, self.rows = width, start, []

    def at(self, x, y):
        if y < 0:
            return self.start
        if x < 0:
            return self.at(0, y - 1)
        return self.rows[y][min(x, self.width - 1)]


class Plane:
    """One plane of a cell; `references` and `earlier` are finished ones."""

    def __init__(self, stream, width, height, references, earlier):
        self.s, self.width, self.height, self.references, self.earlier = stream, width, height, references, earlier
        self.rows = []
        self.magnitude = Grid(width, 0)
        mode = stream.bits(2)
        need(mode <= 2)
        if mode == 2:
            value = stream.bits(8)
            self.fill(lambda y: [value] * width)
            return
        main = stream.bits(2)
        need(main <= len(references) and (mode == 0 or main > 0))
        self.main = references[main - 1] if main else None
        if mode == 1:
            self.fill(lambda y: list(self.main.rows[y]))
            return
        self.read_coefficients(stream.bits(1))
        self.models = [[first_model(mean) for _ in range(9)] for mean in MEANS[1 if earlier else 0]]
        self.bias = [0] * 192
        self.error = Grid(width, 0)
        self.costs = [Grid(width, 0) for _ in range(5)]
        for y in range(height):
            for grid in [self.magnitude, self.error] + self.costs:
                grid.rows.append([])
            self.rows.append([])
            for x in range(width):
                self.sample(x, y)

    def fill(self, row):
        self.rows = [row(y) for y in range(self.height)]
        self.magnitude.rows = [[0] * self.width for _ in range(self.height)]

    def read_coefficients(self, fitted):
        self.coefficients = None
        if not fitted:
            return
        model, self.coefficients = uniform(11), []
        for _ in range(9 + 6 * len(self.references)):
            n = self.s.symbol(model)
            v = 0
            if n:
                v = 1 << (n - 1) | (self.s.bits(n - 1) if n > 1 else 0)
                v = -v if self.s.bits(1) else v
            self.coefficients.append(v)

    def near(self, x, y):
        """A sample of this plane as prediction sees it."""
        if y == 0 and x < 0:
            return 128
        if y < 0:  # from row 1 on: row -1 is row 0
            y = 0
            if x < 0:
                return 128
        if x < 0:
            return self.near(0, y - 1) if y else 128
        return self.rows[y][min(x, self.width - 1)]

    def still(self, x, y):
        """A sample of a finished plane; its outermost ones are repeated."""
        return self.rows[max(0, min(self.height - 1, y))][max(0, min(self.width - 1, x))]

    def taps(self, x, y):
        w = self.near(x - 1, y)
        out = [self.near(x + dx, y + dy) - w for dx, dy in
               ((0, -1), (-1, -1), (1, -1), (-2, 0), (0, -2), (-2, -1), (2, -1), (-1, -2), (1, -2))]
        for r in self.references:
            base = r.still(x - 1, y)
            out += [r.still(x + dx, y + dy) - base for dx, dy in ((0, 0), (0, -1), (-1, -1), (1, -1), (1, 0), (0, 1))]
        return out

    def predictions(self, x, y, w, n, ne, e):
        if y == 0:
            return [clamp(16 * w)] * 5
        west = 16 * self.near(x - 1, y)
        if self.coefficients:
            west = clamp(west + (sum(c * t for c, t in zip(self.coefficients, self.taps(x, y))) >> 4))
        e_w, e_n, e_nw, e_ne = e
        return [west, clamp(16 * (w + ne - n)), clamp(16 * n - ((e_w + e_n + e_ne) >> 1)),
                clamp(16 * w - ((10 * (e_w + e_n + e_nw)) >> 5)), clamp(16 * n - ((7 * (e_nw + e_n + e_ne)) >> 5))]

    def mean(self, x, y, predictions):
        weights = []
        for grid in self.costs:
            cost = 2 * grid.at(x - 1, y) + 2 * grid.at(x, y - 1) + grid.at(x - 1, y - 1) + grid.at(x + 1, y - 1)
            cost += grid.at(x - 2, y)
            v = min(cost >> 3, 1023) + 6
            weights.append((36 << 20) // (v * v))
        shift = max(0, sum(weights).bit_length() - 10)
        weights = [v >> shift for v in weights]
        return (sum(v * p for v, p in zip(weights, predictions)) * ((1 << 22) // sum(weights) + 1)) >> 22

    def value(self, model, low):
        k = self.s.symbol(model)
        if k == 15:
            width = 1
            while width < 7 and self.s.bits(1) == 0:
                width += 1
            k = 13 + (1 << width | self.s.bits(width))
        if low:
            k = k << low | self.s.bits(low)
        need(k <= 255)
        return k

    def sample(self, x, y):
        here = self.near(x - 1, y)
        w0, n0, nw0, ne0, ww0, nn0 = here, here, here, here, self.near(x - 2, y), here
        if y:
            n0, nw0, ne0 = self.near(x, y - 1), self.near(x - 1, y - 1), self.near(x + 1, y - 1)
            nn0 = self.near(x, y - 2)
        w, n, nw, ne = w0, n0, nw0, ne0
        if self.main:
            r = self.main.still
            w += r(x, y) - r(x - 1, y)
            if y:
                n, nw, ne = (v + r(x, y) - r(x + dx, y - 1) for v, dx in ((n, 0), (nw, -1), (ne, 1)))
            else:
                n = nw = ne = w
        e = [self.error.at(x + dx, y + dy) for dx, dy in ((-1, 0), (0, -1), (-1, -1), (1, -1))]
        predictions = self.predictions(x, y, w, n, ne, e)
        mean = self.mean(x, y, predictions)
        m = self.magnitude.at
        own = 3 * (m(x - 1, y) + m(x, y - 1)) + m(x - 1, y - 1) + m(x + 1, y - 1) + m(x - 2, y) + m(x, y - 2)
        pattern = sum(1 << i for i, v in enumerate((n0, w0, nw0, ne0, ww0, nn0)) if v > mean >> 4)
        place = 3 * pattern + (0 if own < 10 else 1 if own < 40 else 2)
        corrected = clamp(mean + ((self.bias[place] + 2) >> 2))
        energy, agreement = 2 * own + abs(w - nw) + abs(n - nw) + abs(n - ne), 0
        if self.earlier:
            others = self.earlier[-1].around(x, y)
            if len(self.earlier) == 2:
                others = (2 * others + self.earlier[0].around(x, y)) // 3
            energy = (energy + 2 * others) * 10 // 17
            a, b = 10 * others + 8, 7 * own + 8
            agreement = 0 if 13 * a < 8 * b else 1 if 5 * a < 13 * b else 2
        level = level_of(energy)
        up = corrected - 16 * ((corrected + 8) >> 4) >= 0
        signs = 5 * (e[0] + e[1] + e[3]) * (1 if up else -1)
        sign = 0 if signs < -(2 * own + 10) else 1 if signs < 2 * own + 10 else 2
        v = unfold(corrected, self.value(self.models[level][3 * agreement + sign], low_bits(level)))
        self.rows[y].append(v)
        v *= 16
        self.bias[place] += (4 * (v - mean) - self.bias[place] + 64) >> 7
        self.error.rows[y].append(mean - v)
        self.magnitude.rows[y].append(min(255, abs(v - corrected) >> 3))
        for grid, p in zip(self.costs, predictions):
            grid.rows[y].append(abs(p - v))

    def around(self, x, y):
        """The magnitudes of a finished plane near a sample."""

        def m(x, y):
            return self.magnitude.rows[y][max(0, min(self.width - 1, x))] if 0 <= y < self.height else 0

        return 3 * m(x, y) + m(x + 1, y) + m(x - 1, y) + m(x, y + 1) + m(x, y - 1)


class Given:
    """The procedural prediction of a plane as a reference."""

    def __init__(self, rows):
        self.rows, self.height, self.width = rows, len(rows), len(rows[0])

    still = Plane.still


def read_palette(s, width, height, planes):
    s.rate = 5
    count = s.bits(10) + 1
    colours = np.array(read_colours(s, count, planes), np.int64)
    index = np.zeros((height, width), np.int64)
    if count > 1:
        indices = Indices(width, height, count)
        index = np.array([[indices.read(s, x, y) for x in range(width)] for y in range(height)])
    s.finish()
    return [colours[:, i][index] for i in range(planes)]


class LosslessCell:
    """One record decoded: `planes` of samples."""

    def __init__(self, header, payload, x, y, prediction):
        side = 1 << header.cell_log2
        self.x, self.y, self.bare, self.planes = x, y, len(payload) == 0, []
        if self.bare:
            return
        width, height = min(side, header.width - x), min(side, header.height - y)
        stream = Stream(payload, 7)
        kind = stream.bits(2)
        need(kind <= 2)
        if kind == 2:
            self.planes = read_palette(stream, width, height, (3 if header.colour else 1) + header.alpha)
            return
        colours, done = 3 if header.colour else 1, []
        for i in range(colours):
            given = [Given(prediction[i][y : y + height, x : x + width].tolist())] if kind else []
            done.append(Plane(stream, width, height, given + done, list(done)))
        if header.alpha:
            done.append(Plane(stream, width, height, [], []))
        stream.finish()
        self.planes = [np.array(plane.rows, np.int64) for plane in done]
