"""9.5 and 9.6: prediction and transform of one leaf.

Made from docs/bitstream-residual.md alone; all tables are computed from their formulas.
"""

import math
from functools import lru_cache

import numpy as np

DC, PLANAR, PAETH, SMOOTH_H, SMOOTH_V, CFL = 0, 1, 2, 3, 4, 14
ANGLES = dict(zip(range(2, 35), [32, 26, 21, 17, 13, 9, 5, 2, 0, -2, -5, -9, -13, -17, -21, -26,
                                 -32, -26, -21, -17, -13, -9, -5, -2, 0, 2, 5, 9, 13, 17, 21, 26, 32]))


def clip8(v):
    return np.minimum(np.maximum(v, 0), 255)


@lru_cache(None)
def smooth_weights(n):
    values = []
    for i in range(n):
        t = i / (n - 1)
        values.append(math.floor(255 * ((1 - t) ** 2 * (1 - 1 / n) + 1 / n) + 0.5))
    return np.array(values, np.int64)


@lru_cache(None)
def pdpc_weights(n, scale):
    shifts = [(2 * i) >> scale for i in range(n)]
    return np.array([32 >> s if s <= 5 else 0 for s in shifts], np.int64)


def cubic_taps(f):
    """Catmull-Rom at f/32, times 64: every numerator over 1024, halves up."""
    exact = (-1024 * f + 64 * f**2 - f**3, 2 * 32**3 - 5 * 32 * f**2 + 3 * f**3,
             1024 * f + 128 * f**2 - 3 * f**3, -32 * f**2 + f**3)
    taps = [(v + 512) // 1024 for v in exact]
    taps[1 if f <= 16 else 2] += 64 - sum(taps)
    return taps


CUBIC = np.array([cubic_taps(f) for f in range(32)], np.int64)
SMOOTHING = np.array([(16 - f // 2, 32 - f // 2, 16 + f // 2, f // 2) for f in range(32)], np.int64)


class References:
    """a[i] above, l[i] to the left, and the corner."""

    def __init__(self, above, left, corner, has_above, has_left):
        self.a, self.l, self.corner = above, left, corner
        self.has_above, self.has_left, self.both = has_above, has_left, has_above and has_left


def read_references(plane, done, x, y, w, h):
    """The references of a leaf; `done` marks the reconstructed 4 x 4 units of the coded area."""
    n = w + h
    rows, columns = plane.shape
    above_count = left_count = 0
    if y > 0:
        while above_count < n and x + above_count < columns and done[(y >> 2) - 1, (x + above_count) >> 2]:
            above_count += 4
    if x > 0:
        while left_count < n and y + left_count < rows and done[(y + left_count) >> 2, (x >> 2) - 1]:
            left_count += 4
    a, l = np.empty(n, np.int64), np.empty(n, np.int64)
    if above_count:
        m = min(above_count, n)
        a[:m] = plane[y - 1, x : x + m]
        a[m:] = a[m - 1]
    if left_count:
        m = min(left_count, n)
        l[:m] = plane[y : y + m, x - 1]
        l[m:] = l[m - 1]
    if not above_count:
        a[:] = l[0] if left_count else 128
    if not left_count:
        l[:] = a[0]
    both = above_count > 0 and left_count > 0
    return References(a, l, int(plane[y - 1, x - 1]) if both else int(a[0]), above_count > 0, left_count > 0)


def mean_of(r, w, h):
    if r.has_above == r.has_left:
        total, count = int(r.a[:w].sum()) + int(r.l[:h].sum()), w + h
    elif r.has_above:
        total, count = int(r.a[:w].sum()), w
    else:
        total, count = int(r.l[:h].sum()), h
    return (total + count // 2) // count


def combine(out, r, w, h):
    """PDPC of DC and planar."""
    if not r.both:
        return out
    scale = (w.bit_length() + h.bit_length() - 4) >> 2
    wx, wy = pdpc_weights(w, scale)[None, :], pdpc_weights(h, scale)[:, None]
    return (wx * r.l[:h, None] + wy * r.a[None, :w] + (64 - wx - wy) * out + 32) >> 6


def planar(r, w, h):
    i, j = np.arange(h)[:, None], np.arange(w)[None, :]
    v = ((h - 1 - i) * r.a[None, :w] + (i + 1) * r.l[h]) * w
    u = ((w - 1 - j) * r.l[:h, None] + (j + 1) * r.a[w]) * h
    return (v + u + w * h) >> (w.bit_length() + h.bit_length() - 1)


def paeth(r, w, h):
    t, s, c = r.a[None, :w], r.l[:h, None], r.corner
    dl, dt, dc = np.abs(t - c) + 0 * s, np.abs(s - c) + 0 * t, np.abs(t + s - 2 * c)
    return np.where((dl <= dt) & (dl <= dc), s + 0 * t, np.where(dt <= dc, t + 0 * s, c))


def directional(r, w, h, d):
    angle = ANGLES[d]
    main, side, along, across = (r.a, r.l, w, h) if d >= 18 else (r.l, r.a, h, w)
    n = w + h
    low = max(0, (across * -angle + 31) >> 5) if angle < 0 else 0
    high = along + ((across * max(angle, 0)) >> 5) + 4
    ref = np.empty(low + high + 1, np.int64)
    ref[low] = r.corner
    inside = min(n, high)
    ref[low + 1 : low + 1 + inside] = main[:inside]
    ref[low + 1 + inside :] = main[n - 1]
    if angle < 0:
        inv = (8192 + (-angle) // 2) // -angle
        for i in range(1, low + 1):
            k = min(n, (i * inv + 128) >> 8) - 1
            ref[low - i] = side[k] if k >= 0 else r.corner
    logs = w.bit_length() + h.bit_length() - 2
    smooth = min(abs(d - 10), abs(d - 26)) > (12, 7, 1, 0, 0)[logs // 2 - 2]
    pos = (np.arange(across) + 1) * angle
    k, tap = pos >> 5, (SMOOTHING if smooth else CUBIC)[pos & 31]
    at = low + k[:, None] + np.arange(along)[None, :]
    v = sum(tap[:, t, None] * ref[at + t] for t in range(4))
    out = clip8((v + 32) >> 6)
    if r.both and angle >= 0:
        weight = pdpc_weights(along, (logs - 2) >> 2)[None, :]
        i, j = np.arange(across)[:, None], np.arange(along)[None, :]
        if angle == 0:
            other = side[:across, None] - r.corner + out
        else:
            inv = (8192 + angle // 2) // angle
            other = side[np.minimum(n - 1, i + (((j + 1) * inv + 128) >> 8))]
        out = clip8((weight * other + (64 - weight) * out + 32) >> 6)
    return out if d >= 18 else out.T


def predict(r, w, h, mode, direction):
    """The prediction of modes 0...13 and the DC of mode 14."""
    if mode in (DC, CFL):
        flat = np.full((h, w), mean_of(r, w, h), np.int64)
        return flat if mode == CFL else combine(flat, r, w, h)
    if mode == PLANAR:
        return combine(planar(r, w, h), r, w, h)
    if mode == PAETH:
        return paeth(r, w, h)
    if mode == SMOOTH_H:
        q = smooth_weights(w)[None, :]
        return (q * r.l[:h, None] + (256 - q) * r.a[w - 1] + 128) >> 8
    if mode == SMOOTH_V:
        q = smooth_weights(h)[:, None]
        return (q * r.a[None, :w] + (256 - q) * r.l[h - 1] + 128) >> 8
    return directional(r, w, h, direction)


def add_luma(dc, luma, alpha):
    """Chroma from luma; `luma` in 1/8 at the samples of the leaf."""
    h, w = luma.shape
    mean = (int(luma.sum()) + w * h // 2) >> (w.bit_length() + h.bit_length() - 2)
    return clip8(dc + ((alpha * (luma - mean) + 32) >> 6))


@lru_cache(None)
def basis(n, sine):
    rows = []
    for k in range(n):
        if sine:
            row = [2 / math.sqrt(2 * n + 1) * math.sin(math.pi * (2 * k + 1) * (i + 1) / (2 * n + 1)) for i in range(n)]
        else:
            row = [math.sqrt((2 if k else 1) / n) * math.cos(math.pi * (2 * i + 1) * k / (2 * n)) for i in range(n)]
        rows.append([math.floor(2**14 * b + 0.5) for b in row])
    return np.array(rows, np.int64)


def sat16(v):
    return np.minimum(np.maximum(v, -32768), 32767)


def wrap32(v):
    return ((v + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def residual(levels, step, kind):
    """`levels[y][x]` become differences; kind as in 9.6."""
    h, w = levels.shape
    c = sat16((levels * step) >> 1)
    columns, rows = basis(h, kind in (1, 2)), basis(w, kind in (1, 3))
    t = sat16(wrap32(columns.T @ c + (1 << 13)) >> 14)
    return wrap32(t @ rows + (1 << 16)) >> 17
