"""8.5 to 8.10: the output of one layer, -16384...16384.

Made from docs/bitstream-programs.md alone. Every generator is a method named after its preset.
"""

import numpy as np

from fixed import (D, M32, M64, atan2, cellsize, clamp, cos15, cos30, cos30_of, edge, expn, hashed, isqrt, mix32, rnd,
                   signed, sin15, sin30, sin30_of, sinc, soft, splitmix64, turnabs)
from modifiers import FINE, MoreGenerators, coloured, warped
from programs import CATALOGUE

QUARTER = 1 << 30
# The fractional bits of the grids of 7.3: the shifts of chapter 8 follow from them.
PHASE, DUTY, PIXEL = CATALOGUE.fraction["phase"], CATALOGUE.fraction["duty"], CATALOGUE.fraction["softness"]
HALF = 1 << (DUTY - 1)


class Frame:
    def __init__(self, x, y, extent):
        self.x, self.y, self.extent = x, y, extent


def layer_seed(geometry, file_seed):
    """8.3."""
    if geometry.seed_mode == 2:
        return splitmix64(geometry.explicit)
    s = splitmix64(file_seed & M64)
    s = splitmix64(s ^ (geometry.slot & M32))
    return splitmix64(s ^ (geometry.layer * 256 + (geometry.nudge + 1 if geometry.seed_mode == 1 else 0)))


def gain1(q, a, z):
    return 32768 if z >= 0 else sinc(((q * abs(a)) >> 34) << -z)


def octave_weights(n, gain):
    a = [1 << 20]
    for _ in range(n - 1):
        a.append((a[-1] * gain) >> 4)
    total = sum(a)
    return [(v * 32768 + total // 2) // total for v in a]


def line(p, w):
    return (turnabs(p) * w) >> 32


def half(p, w):
    return ((QUARTER - turnabs(p)) * w) >> 32


def frac(p):
    """The part of a 64-bit phase below its cell, 52 bits, as Q32."""
    return ((p >> np.uint64(20)) & np.uint64(M32)).astype(np.int64)


def upper(p):
    return (p >> np.uint64(32)).astype(np.int64)


class Generator(MoreGenerators):
    """`fine` is 8 behind a warp: x and y have that many more fractional bits (8.15)."""

    def __init__(self, geometry, x, y, z, file_seed, fine=0):
        self.v, self.x, self.y, self.z, self.fine = geometry.values, x, y, z, fine
        self.coefficients = geometry.profile
        self.seed = layer_seed(geometry, file_seed)
        self.h = self.v.get("softness", 3 << (PIXEL - 1)) << (15 - PIXEL)
        if z < 0:
            self.h = int(isqrt(self.h * self.h + (39322 << -z) ** 2))

    def edge(self, d):
        return edge(d, self.h)

    # 8.5

    def grad_linear(self):
        v = self.v
        c, n = cos30_of(v["angle"] << 14), sin30_of(v["angle"] << 14)
        d = ((self.x * c + self.y * n) >> (22 + self.fine)) - 256 * v["offset"]
        t = clamp((d * ((1 << 29) // v["length"])) >> 24, -16384, 16384)
        return soft(2 * t) if v["easing"] else t

    # 8.6

    def wave(self, q, angle, phase, n=0, scale=None, bits=64 - PHASE):
        """P(x, y) of a plane wave, 64 bits unsigned."""
        c, s = cos30_of(angle), sin30_of(angle)
        if scale:
            c, s = (c * scale) >> 30, (s * scale) >> 30
        fx = ((((q * c) >> 10) << (20 - n)) >> self.fine) & M64
        fy = ((((q * s) >> 10) << (20 - n)) >> self.fine) & M64
        p0 = (phase << bits) & M64
        return np.uint64(p0) + np.uint64(fx) * self.x.astype(np.uint64) + np.uint64(fy) * self.y.astype(np.uint64)

    def gain(self, q, angle):
        return int(rnd(gain1(q, cos30_of(angle), self.z) * gain1(q, sin30_of(angle), self.z), 15))

    def sine(self, p, g):
        return rnd(sin15(p) * g, 16)

    def pulse(self, p, w, d=HALF):
        middle = d << (31 - DUTY)
        return self.edge((((middle - turnabs(p - middle)) >> 4) * w) >> 28)

    def ramp(self, p, w):
        s = signed(p)
        return (s >> 17) - self.edge(((s >> 4) * w) >> 28)

    def triangle(self, p, d):
        t, k, one = (p & M32) >> 12, d << (20 - DUTY), 1 << (22 + DUTY)
        rise = ((t * (one // d)) >> 27) - 16384
        fall = 16384 - (((t - k) * (one // ((1 << DUTY) - d))) >> 27)
        return clamp(np.where(t < k, rise, fall), -16384, 16384)

    def profile(self, p, g, w):
        kind, d = self.v["profile"], self.v.get("duty", HALF)
        if kind == 0:
            return self.sine(p, g)
        if kind == 1:
            return self.triangle(p, d)
        return self.ramp(p, w) if kind == 2 else self.pulse(p, w, d)

    def first_wave(self):
        v = self.v
        a = v["angle"] << 14
        return self.wave(v["period"], a, v["phase"]), self.gain(v["period"], a)

    def waves_dir(self):
        p, g = self.first_wave()
        return self.sine(upper(p), g)

    def stripes(self):
        p, g = self.first_wave()
        return self.profile(upper(p), g, (1 << 36) // self.v["period"])

    def stripes_multiscale(self):
        v = self.v
        p, _ = self.first_wave()
        total = np.zeros(self.x.shape, np.int64)
        for k, a in enumerate(octave_weights(v["octaves"], v["gain"])):
            q = v["period"] << k
            if q << max(0, -self.z) > 524288:
                continue
            b = int(rnd(a * self.gain(q, v["angle"] << 14), 15))
            total = total + sin15(upper(p << np.uint64(k))) * b
        return clamp(rnd(total >> 8, 8), -16384, 16384)

    def two_waves(self):
        v = self.v
        p, g = self.first_wave()
        a2 = v["angle2"] << 14
        p2, g2 = self.wave(v["period2"], a2, v["phase2"]), self.gain(v["period2"], a2)
        return (sin15(upper(p)) * g) >> 15, (sin15(upper(p2)) * g2) >> 15

    def moire(self):
        a, b = self.two_waves()
        return rnd(a * b, 16)

    def plaid(self):
        a, b = self.two_waves()
        return rnd(a + b, 2)

    def waves_bend(self):
        v = self.v
        p, g = self.first_wave()
        p2 = self.wave(v["period2"], (v["angle"] << 14) + QUARTER, v["phase2"])
        bend = (v["period"] * v["amplitude"] * sin30(upper(p2))) >> 20
        return self.sine(upper(p) + bend, g)

    # 8.7

    def polar(self):
        v = self.v
        self.dx, self.dy = self.x - (v["center_x"] << self.fine), self.y - (v["center_y"] << self.fine)
        self.r = isqrt((self.dx * self.dx + self.dy * self.dy) << (16 - 2 * self.fine))
        self.phi, self.phi2 = v.get("phase", 0) << (32 - PHASE), v.get("phase2", 0) << (32 - PHASE)
        self.f = v.get("period", 0)
        self.p = (self.f * self.r + self.phi) & M32
        self.g = gain1(self.f, QUARTER, self.z) if self.f else 32768
        self.w = (1 << 36) // self.f if self.f else 0
        arms = v.get("arms", 0)
        if arms:
            self.turn = (arms * atan2(self.dy, self.dx)) & M32
        else:
            self.turn = np.zeros(self.x.shape, np.int64)
        self.arms = arms

    def around(self, r):
        return (r * (6588397 // abs(self.arms))) >> 16

    def width(self, r):
        return np.minimum(self.w, self.around(r)) if self.arms else self.w

    def rings(self):
        self.polar()
        return self.profile(self.p, self.g, self.w)

    def waves_circ(self):
        self.polar()
        return self.sine(self.p, self.g)

    def ripple(self):
        self.polar()
        return rnd(self.sine(self.p, self.g) * expn((self.r * ((1 << 26) // self.v["decay"])) >> 24), 15)

    def grad_radial(self):
        self.polar()
        t = 16384 - clamp((self.r * ((1 << 29) // self.v["length"])) >> 24, 0, 32768)
        return soft(2 * t) if self.v["easing"] else t

    def spiral(self):
        self.polar()
        return self.profile(self.p + self.turn, self.g, self.width(self.r))

    def square(self):
        self.polar()
        c, n = cos30_of(self.v["angle"] << 14), sin30_of(self.v["angle"] << 14)
        u, s = (self.dx * c + self.dy * n) >> (22 + self.fine), (self.dy * c - self.dx * n) >> (22 + self.fine)
        return u, s, np.maximum(np.abs(u), np.abs(s))

    def concentric_squares(self):
        _, _, m = self.square()
        return self.profile(self.f * m + self.phi, self.g, self.w)

    def spiral_square(self):
        u, s, m = self.square()
        return self.profile(self.f * m + self.phi + self.arms * atan2(s, u), self.g, self.width(m))

    def sunburst(self):
        self.polar()
        return self.profile(self.turn + self.phi, 32768, self.around(self.r))

    def polar_checker(self):
        self.polar()
        return (self.pulse(self.p, self.w) * self.pulse(self.turn + self.phi2, self.around(self.r))) >> 14

    def angle_gradient(self):
        self.polar()
        return self.ramp(self.turn + self.phi, self.around(self.r))

    def kaleidoscope(self):
        self.polar()
        f = (turnabs(self.turn) * ((1 << 32) // self.arms)) >> 32
        c = cos30(f - (self.v["angle"] << 14)) >> 8
        return self.sine(self.phi + ((((self.f * self.r) >> 8) * c) >> 14), self.g)

    # 8.8

    def grid(self, n=0, tri=False):
        v = self.v
        a = v["angle"] << 14
        b = a + 715827883 if tri else a + QUARTER + (v.get("skew", 0) << 14)
        q1, q2 = v["cell"], v.get("cell2", v["cell"])
        bits = 64 - PHASE if n <= 1 else 52 - PHASE
        self.a, self.b = self.wave(q1, a, v["phase"], n, None, bits), self.wave(q2, b, v["phase2"], n, None, bits)
        self.pa, self.pb = upper(self.a), upper(self.b)
        self.w1, self.w2 = (1 << 36) // q1 << (n == 1), (1 << 36) // q2 << (n == 1)
        self.q1, self.q2 = q1, q2
        self.t2 = v["radius"] << (16 - PIXEL) if "radius" in v else v.get("thickness", 0) << (15 - PIXEL)

    def checkerboard(self):
        self.grid(1)
        return (self.edge(half(self.pa - QUARTER, self.w1)) * self.edge(half(self.pb - QUARTER, self.w2))) >> 14

    def diamond_grid(self):
        self.grid(1)
        w = (1 << 45) // int(isqrt((self.q1**2 + self.q2**2) << 16))
        return (self.edge(half(self.pa + self.pb, w)) * self.edge(half(self.pa - self.pb, w))) >> 14

    def lattice(self):
        self.grid()
        return self.edge(self.t2 - np.minimum(line(self.pa, self.w1), line(self.pb, self.w2)))

    def dots(self):
        self.grid()
        skew = self.v["skew"] << 14
        X, t = (signed(self.pa) * self.w1) >> 32, (signed(self.pb) * self.w2) >> 32
        Y = ((t + ((X * sin30_of(skew)) >> 30)) * ((1 << 46) // cos30_of(skew))) >> 16
        return self.edge(self.t2 - isqrt(X * X + Y * Y))

    def tri_tiling(self):
        self.grid(0, True)
        d = np.minimum(np.minimum(line(self.pa, self.w1), line(self.pb, self.w1)), line(self.pb - self.pa, self.w1))
        return self.edge(np.where(self.pb >= self.pa, d, -d))

    def hex_grid(self):
        v, k = self.v, 1239850263
        a = v["angle"] << 14
        pa = upper(self.wave(v["cell"], a - 357913941, v["phase"], 0, k))
        pb = upper(self.wave(v["cell"], a + QUARTER, v["phase2"], 0, k))
        best = None
        for i in (0, 1):
            for j in (0, 1):
                A, B = pa - (i << 32), pb - (j << 32)
                m = np.maximum(np.maximum(np.abs(2 * A + B), np.abs(A + 2 * B)), np.abs(B - A))
                best = m if best is None else np.minimum(best, m)
        return self.edge((v["thickness"] << (15 - PIXEL)) - ((((1 << 32) - best) * ((1 << 36) // v["cell"])) >> 33))

    def strand(self, across, along, w, o):
        s = turnabs(across)
        odd = s > QUARTER
        d = (np.where(odd, (1 << 31) - s, s) * w) >> 32
        c = 16384 + self.edge(self.t2 - d)
        h = rnd(cos15(along), 1)
        h = np.where(odd != bool(o), -h, h)
        return (((h + 16384) * c) >> 15) - 16384

    def weave(self):
        self.grid(1)
        return np.maximum(self.strand(self.pb, self.pa, self.w2, 0), self.strand(self.pa, self.pb, self.w1, 1))

    def brick(self):
        self.grid(12)
        self.j = (self.b >> np.uint64(52)).astype(np.int64)
        self.shifted = self.a + np.uint64(self.v["shift"] << 48) * self.j.astype(np.uint64)
        d = np.minimum(line(frac(self.shifted), self.w1), line(frac(self.b), self.w2))
        return self.edge(d - self.t2)

    def brick_noise(self):
        e = self.brick()
        R = hashed((self.shifted >> np.uint64(52)).astype(np.int64), self.j, self.seed) >> 17
        return (((16384 + e) * (32768 - ((R * self.v["variation"]) >> 4))) >> 15) - 16384

    def herringbone(self):
        self.grid(12)
        kappa = ((self.a >> np.uint64(52)).astype(np.int64) - (self.b >> np.uint64(52)).astype(np.int64)) & 3
        fa, fb, far = frac(self.a), frac(self.b), np.int64(1) << 40
        m = np.where(kappa != 1, fa, far)
        m = np.minimum(m, np.where(kappa != 0, (1 << 32) - fa, far))
        m = np.minimum(m, np.where(kappa != 2, fb, far))
        m = np.minimum(m, np.where(kappa != 3, (1 << 32) - fb, far))
        return self.edge(((m * self.w1) >> 32) - self.t2)

    # 8.9

    def octave(self, X, Y, seed, value):
        i, j = X >> 40, Y >> 40
        one = 1 << 20
        f, g = (X >> 20) & (one - 1), (Y >> 20) & (one - 1)
        corner = []
        for t in (0, 1):
            for s in (0, 1):
                h = hashed(i + s, j + t, seed)
                if value:
                    corner.append((h >> 11) - one)
                else:
                    m = h >> 24
                    corner.append((D[m] * (f - s * one) + D[(m + 192) & 255] * (g - t * one)) >> 14)

        def fade(t):
            t3 = (((t * t) >> 20) * t) >> 20
            return (t3 * (((t * (6 * t - 15 * one)) >> 20) + 10 * one)) >> 20

        def mixed(a, b, t):
            return a + (((b - a) * t) >> 20)

        u = fade(f)
        n = mixed(mixed(corner[0], corner[1], u), mixed(corner[2], corner[3], u), fade(g))
        return n if value else clamp((n * 46341) >> 15, -one, one)

    def noise(self, absolute=False, value=False):
        v = self.v
        cx, cy = self.cells(v["scale"])
        total = np.zeros(self.x.shape, np.int64)
        for k, a in enumerate(octave_weights(v["octaves"], v["gain"])):
            if v["scale"] - 16 * k < 16 * (1 + max(0, -self.z)):
                break
            n = self.octave(cx << k, cy << k, splitmix64((self.seed + k) & M64), value)
            total = total + (np.abs(n) if absolute else n) * a
        return total >> 15

    def q14(self, t):
        return clamp(rnd(t, 6), -16384, 16384)

    def perlin(self):
        return self.q14(self.noise())

    def value_noise(self):
        return self.q14(self.noise(value=True))

    def turbulence(self):
        return self.q14(2 * self.noise(absolute=True) - (1 << 20))

    def fbm_ridged(self):
        return self.q14((1 << 20) - 2 * self.noise(absolute=True))

    def isobands(self):
        levels = self.v["levels"]
        t = (clamp(self.noise(), -(1 << 20), (1 << 20) - 1) + (1 << 20)) * levels // 2
        i, f = t >> 20, t & ((1 << 20) - 1)
        d = clamp((f - (1 << 19)) >> 2, -32768, 32768)
        return (i * 32768 + 16384 + soft(d)) // levels - 16384

    def marble(self):
        v = self.v
        p, g = self.first_wave()
        return self.sine(upper(p) + ((v["period"] * v["amplitude"] * self.noise()) >> 10), g)

    def wood(self):
        self.polar()
        return self.sine(self.f * self.r + ((self.f * self.v["amplitude"] * self.noise()) >> 10), self.g)

    def cells(self, scale):
        """Cell coordinates, Q40."""
        if self.fine:
            return ((self.x >> 4) * cellsize(scale)) >> 4, ((self.y >> 4) * cellsize(scale)) >> 4
        return self.x * cellsize(scale), self.y * cellsize(scale)

    # 8.10

    def points(self):
        v = self.v
        size = cellsize(v["scale"])
        cx, cy = self.cells(v["scale"])
        i, j = cx >> 40, cy >> 40
        f, g = (cx >> 20) & 0xFFFFF, (cy >> 20) & 0xFFFFF
        jitter = v.get("jitter", 16)
        self.s = (1 << 52) // size
        px, py, extra = [], [], []
        for k in range(9):
            ox, oy = k % 3 - 1, k // 3 - 1
            h = hashed(i + ox, j + oy, self.seed)
            px.append((ox << 20) + (1 << 19) + ((h & 65535) - 32768) * jitter - f)
            py.append((oy << 20) + (1 << 19) + ((h >> 16) - 32768) * jitter - g)
            extra.append(mix32(h ^ 0x68E31DA4))
        self.px, self.py, self.extra = np.stack(px), np.stack(py), np.stack(extra)
        self.d = self.px**2 + self.py**2
        self.c = np.argmin(self.d, axis=0)[None]

    def of_nearest(self, values):
        return np.take_along_axis(values, self.c, 0)[0]

    def border(self):
        nx, ny, nd = self.of_nearest(self.px), self.of_nearest(self.py), self.of_nearest(self.d)
        best = np.full(self.x.shape, 1 << 24, np.int64)
        for k in range(9):
            apart = (self.px[k] - nx) ** 2 + (self.py[k] - ny) ** 2
            inverse = (1 << 36) // np.maximum(isqrt(apart), 1)
            b = ((self.d[k] - nd) * inverse) >> 37
            best = np.where(apart > 0, np.minimum(best, b), best)
        return best

    def spots(self):
        v = self.v
        r2 = v["radius"] ** 2
        X, Y = (self.px * self.s) >> 26, (self.py * self.s) >> 26
        e, limit = X * X + Y * Y, r2 << (25 - 2 * PIXEL)
        spot = expn((np.minimum(e, limit) * ((1 << (35 + 2 * PIXEL)) // r2)) >> 44)
        return np.where((self.extra % 16 >= v["density"]) | (e >= limit), 0, spot)

    def worley(self):
        self.points()
        return np.maximum(16384 - (isqrt(self.of_nearest(self.d)) >> 5), -16384)

    def voronoi_cells(self):
        self.points()
        return (self.of_nearest(self.extra) >> 17) - 16384

    def voronoi_edges(self):
        self.points()
        return self.edge((self.v["thickness"] << (15 - PIXEL)) - ((self.border() * self.s) >> 20))

    def pebbles(self):
        self.points()
        rho = clamp((self.border() * ((1 << 20) // self.v["gain"])) >> 20, 0, 32768)
        return ((rho * (65536 - rho)) >> 15) - 16384

    def starfield(self):
        self.points()
        return np.max((self.spots() * (self.extra >> 17)) >> 15, axis=0) - 16384

    def gaussian_spots(self):
        self.points()
        return np.minimum(np.sum(self.spots(), axis=0), 32768) - 16384


def layer_output(geometry, x, y, z, file_seed, half):
    """The output behind warp and palette; `half` is that of the frame of the layer's slot."""
    warp, palette, _ = geometry.modifiers
    if warp is None:
        v = getattr(Generator(geometry, x, y, z, file_seed), geometry.preset.name)()
    else:
        seed = layer_seed(geometry, file_seed)
        x, y = warped(Generator(geometry, x, y, z, file_seed), warp, seed, half)
        v = getattr(Generator(geometry, x, y, z, file_seed, FINE), geometry.preset.name)()
    return v if palette is None else coloured(palette, v)
