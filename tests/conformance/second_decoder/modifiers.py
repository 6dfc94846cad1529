"""8.11 to 8.16: the later generators, warps, palettes, masks and atoms.

Made from docs/bitstream-programs.md alone. MoreGenerators is the base of Generator in generators.py.
"""

import os
import re
import struct
import zlib

import numpy as np

from fixed import (M32, M64, cellsize, clamp, cos15, cos30, cos30_of, edge, expn, isqrt, rnd, sin15, sin30, sin30_of,
                   sinc, soft, splitmix64)
from programs import DOCUMENT

FINE = 8
QUARTER = 1 << 30


def twist(v, X, Y):
    """8.15: coordinates Q12."""
    cx, cy = 256 * v["center_x"], 256 * v["center_y"]
    dx, dy = X - cx, Y - cy
    m = (1024 * v["decay"]) ** 2
    shift = max(0, m.bit_length() - 32)
    d = dx * dx + dy * dy
    q = ((np.maximum(m - d, 0) >> shift) << 30) // (m >> shift)
    t = ((v["twist"] * ((q * q) >> 30)) >> 4) & M32
    c, n = cos30(t), sin30(t)
    outside = d >= m
    x = np.where(outside, X, cx + rnd(dx * c - dy * n, 30))
    y = np.where(outside, Y, cy + rnd(dx * n + dy * c, 30))
    return bounded(x, y)


def drift(generator, scale, amplitude, seed, X, Y):
    c = cellsize(scale)
    cx, cy = ((X >> 4) * c) >> 4, ((Y >> 4) * c) >> 4
    n1 = generator.octave(cx, cy, splitmix64((seed + 16) & M64), False)
    n2 = generator.octave(cx, cy, splitmix64((seed + 17) & M64), False)
    return bounded(X + rnd(amplitude * n1, 10), Y + rnd(amplitude * n2, 10))


def bounded(x, y):
    return clamp(x, -(1 << 28), 1 << 28), clamp(y, -(1 << 28), 1 << 28)


def towards_zero(a, b):
    return np.where(a < 0, -(-a // b), a // b)


def warped(generator, warp, seed, half):
    """The point Q12 that a warp makes of the generator's Q4 coordinates."""
    v, x, y = warp.values, generator.x, generator.y
    if warp.name == "warp_sine":
        a = v["angle"] << 14
        p = (generator.wave(v["period"], a, v["phase"]) >> np.uint64(32)).astype(np.int64)
        d = (v["amplitude"] * sin30(p)) >> 16
        return bounded(256 * x + rnd(-d * sin30_of(a), 34), 256 * y + rnd(d * cos30_of(a), 34))
    if warp.name == "warp_twist":
        return twist(v, 256 * x, 256 * y)
    if warp.name == "warp_noise":
        return drift(generator, v["scale"], v["amplitude"], seed, 256 * x, 256 * y)
    unit = (1 << 39) // half
    s, t = (x * unit) >> 24, (y * unit) >> 24
    w = clamp((1 << 20) + ((v["tilt_x"] * s + v["tilt_y"] * t) >> 3), 1 << 17, 1 << 23)
    return bounded(towards_zero(x << 28, w), towards_zero(y << 28, w))


def step(v, threshold, width):
    t, w = 256 * threshold, 128 * width
    if w == 0:
        return np.where(v >= t, 32768, 0)
    return 16384 + soft(clamp(towards_zero((v - t) * 32768, w), -32768, 32768))


def coloured(palette, v):
    """A palette on the output v."""
    p = palette.values
    if palette.name == "palette_two":
        return step(v, p["threshold"], p["width"]) - 16384
    if palette.name == "palette_three":
        k = 1024 * p["knot0"]
        low = ((16384 + k) * (step(v, p["threshold"], p["width"]) >> 1)) >> 14
        high = ((16384 - k) * (step(v, p["threshold2"], p["width"]) >> 1)) >> 14
        return low + high - 16384
    t = 3 * (v + 16384)
    i = np.minimum(t >> 15, 2)
    f = t - (i << 15)
    knots = 1024 * np.array([p["knot%d" % n] for n in range(4)], np.int64)
    return knots[i] + (((knots[i + 1] - knots[i]) * (f >> 1)) >> 14)


def share(mask, x, y, z, below):
    """The share of a mask, Q15."""
    p = mask.values
    c, n = (cos30_of(p.get("angle", 0) << 14), sin30_of(p.get("angle", 0) << 14))
    h = p.get("softness", 0) << 10
    if z < 0:
        h = int(isqrt(h * h + (39322 << -z) ** 2))
    if mask.name in ("mask_half_plane", "mask_strip"):
        d = 16 * (((x * c + y * n) >> 22) - 256 * p["offset"])
        m = 16384 + edge(d if mask.name == "mask_half_plane" else (p["length"] << 13) - np.abs(d), h)
    elif mask.name == "mask_ellipse":
        dx, dy, a, b = x - p["center_x"], y - p["center_y"], p["length"], p["length2"]
        u, v = (dx * c + dy * n) >> 22, (dy * c - dx * n) >> 22
        u = (clamp(u, -(a << 16), a << 16) * ((1 << 40) // a)) >> 30
        v = (clamp(v, -(b << 16), b << 16) * ((1 << 40) // b)) >> 30
        m = 16384 + edge((((1 << 20) - isqrt(u * u + v * v)) * (min(a, b) << 14)) >> 20, h)
    elif mask.name == "mask_threshold":
        m = step(below, p["threshold"], p["width"])
    else:
        m = below + 16384
    return 32768 - m if p.get("invert", 0) else m


def frozen_shapes():
    path = os.path.join(os.path.dirname(DOCUMENT), "..", "src", "normative", "tables", "atom_shapes.inc")
    with open(path, encoding="utf-8") as file:
        values = [int(v) for v in re.findall(r"-?\d+", file.read().split("\n", 1)[1])]
    with open(DOCUMENT, encoding="utf-8") as file:
        crc = int(re.search(r"atom_shapes.inc, four numbers each, CRC-32 \(as in 8.2\) (0x[0-9A-F]{8})", file.read())[1], 16)
    if zlib.crc32(struct.pack("<256i", *values)) != crc:
        raise SystemExit("the shapes of atoms differ from their CRC-32")
    return [tuple(values[4 * i:4 * i + 4]) for i in range(64)]


SHAPES = frozen_shapes()


def atom_value(atom, x, y, shapes=None):
    """8.16."""
    ax, ay, number, orientation, phase, amplitude = atom
    kind, su, sv, wave = (shapes or SHAPES)[number]
    dx, dy = x - 16 * ax, y - 16 * ay
    c, n = cos30_of(orientation << 27), sin30_of(orientation << 27)
    u, v = (dx * c + dy * n) >> 22, (dy * c - dx * n) >> 22
    iu, iv = cellsize(8 * su), cellsize(8 * sv)
    limit_u, limit_v = (1 << 57) // iu, (1 << 57) // iv
    U, V = (u >> 4) ** 2, (v >> 4) ** 2
    inside = (U < limit_u) & (V < limit_v)
    e = expn((np.minimum(U, limit_u) * iu + np.minimum(V, limit_v) * iv) >> 41)
    f = cellsize(4 * wave) >> 16
    if kind == 0:
        e = (e * cos15((f * u + (phase << 28)) & M32)) >> 15
    elif kind == 2:
        e = (e * soft(clamp((f * u) >> 15, -32768, 32768))) >> 14
    count = abs(amplitude) + 1
    gain = (45 if count & 1 else 32) << (count >> 1)
    return np.where(inside, rnd(e * (gain if amplitude > 0 else -gain), 15), 0)


class MoreGenerators:
    """8.11 to 8.14 and checker_distorted of 8.9."""

    def along(self, dx, dy, c, n):
        return (dx * c + dy * n) >> (22 + self.fine)

    def ridge(self):
        v = self.v
        a, length = v["angle"] << 14, v["length"]
        d = self.along(self.x, self.y, cos30_of(a), sin30_of(a)) - 256 * v["offset"]
        t = clamp(((d * ((1 << 29) // length)) >> 8) + (1 << 30), 0, 1 << 31)
        total = np.zeros(self.x.shape, np.int64)
        for i, c in enumerate(self.coefficients):
            g = 32768 if self.z >= 0 else sinc((((i + 1) << 17) // length) << -self.z)
            total = total + rnd(256 * c * g, 15) * cos15(((i + 1) * t) & M32)
        return clamp(rnd(total, 15), -16384, 16384)

    def window(self, u, w, a, b):
        U, V = (u >> 4) ** 2, (w >> 4) ** 2
        top_u, top_v = a * a << 11, b * b << 11
        inside = (U < top_u) & (V < top_v)
        e = expn((np.minimum(U, top_u) * ((1 << 45) // (a * a)) + np.minimum(V, top_v) * ((1 << 45) // (b * b))) >> 40)
        return np.where(inside, e, 0)

    def gabors(self):
        v = self.v
        dx, dy = self.x - (v["center_x"] << self.fine), self.y - (v["center_y"] << self.fine)
        n, a = v.get("arms", 1), v["radius"]
        total = np.zeros(self.x.shape, np.int64)
        for k in range(n):
            turn = (v["angle"] << 14) + (k << 31) // n
            c, s = cos30_of(turn), sin30_of(turn)
            u, w = self.along(dx, dy, c, s), self.along(dy, -dx, c, s)
            sine = self.sine((v["period"] * u + (v["phase"] << 20)) & M32, self.gain(v["period"], turn))
            total = total + rnd(sine * self.window(u, w, a, v.get("radius2", a)), 15)
        return total, n

    def gabor(self):
        return self.gabors()[0]

    def gabor_bank(self):
        return towards_zero(*self.gabors())

    def gabor_noise(self):
        v = self.v
        self.points()
        turn = v["angle"] << 14
        c, n, g = cos30_of(turn), sin30_of(turn), self.gain(v["period"], turn)
        total = np.zeros(self.x.shape, np.int64)
        for k in range(9):
            dx, dy = -self.px[k], -self.py[k]
            rest = np.maximum((1 << 40) - dx * dx - dy * dy, 0)
            window = ((rest >> 20) ** 2) >> 25
            along = (((dx * c + dy * n) >> 30) * self.s) >> 24
            wave = self.sine((v["period"] * along + self.extra[k]) & M32, g)
            total = total + ((wave * window) >> 15)
        return clamp(total, -16384, 16384)

    def composite(self):
        v = self.v
        wave = self.waves_bend()
        dx, dy = self.x - (v["center_x"] << self.fine), self.y - (v["center_y"] << self.fine)
        r = isqrt((dx * dx + dy * dy) << (16 - 2 * self.fine))
        inside = 16384 + self.edge((v["length"] << 13) - 16 * r)
        return (((wave + 16384) * inside) >> 15) - 16384

    def moved(self, x, y):
        """Goes on at a point in Q12."""
        self.x, self.y, self.fine = x, y, FINE

    def swirl(self):
        unit = 1 << (FINE - self.fine)
        self.moved(*twist(self.v, self.x * unit, self.y * unit))
        return self.waves_dir()

    def checker_distorted(self):
        unit = 1 << (FINE - self.fine)
        self.moved(*drift(self, self.v["scale"], self.v["amplitude"], self.seed, self.x * unit, self.y * unit))
        return self.checkerboard()

    def grain(self):
        cx, cy = self.cells(48)
        total = np.zeros(self.x.shape, np.int64)
        for k, name in enumerate(("level2", "level1", "level0")):
            h = 7 - self.v[name]
            if self.v[name] == 0 or (self.z < 0 and k > 2 + self.z):
                continue
            b = (23170 if h & 1 else 32768) >> (h >> 1)
            total = total + self.octave(cx << k, cy << k, splitmix64((self.seed + k) & M64), False) * b
        return clamp(rnd(total, 21), -16384, 16384)
