"""8.19: grain after everything else.

Made from docs/bitstream-programs.md alone.
"""

import numpy as np

from container_model import ceil_div, need
from entropy import Stream, weighted
from fixed import M64, cellsize, clamp, rnd, splitmix64
from generators import Generator


def read_grain(payload, h):
    """Levels, an array of rows x columns x 3."""
    need(len(payload) > 0)
    columns, rows = ceil_div(h.width, 64), ceil_div(h.height, 64)
    models = [[weighted([24 if s == c else 6 if abs(s - c) == 1 else 1 for s in range(8)]) for c in range(8)]
              for _ in range(3)]
    stream = Stream(payload, 5)
    levels = np.zeros((rows, columns, 3), np.int64)
    for y in range(rows):
        for x in range(columns):
            for band in range(3):
                context = levels[y, x - 1, band] if x else levels[y - 1, x, band] if y else 0
                levels[y, x, band] = stream.symbol(models[band][context])
    stream.finish()
    return levels


def mix(a, b, f):
    return a + (((b - a) * f) >> 10)


def blocks(X, count):
    u = X - 512
    i = u >> 10
    return np.clip(i, 0, count - 1), np.clip(i + 1, 0, count - 1), u & 1023


def with_grain(luma, levels, seed):
    height, width = luma.shape
    X, Y = 16 * np.arange(width, dtype=np.int64) + 8, 16 * np.arange(height, dtype=np.int64) + 8
    x0, x1, fx = blocks(X, levels.shape[1])
    y0, y1, fy = blocks(Y, levels.shape[0])
    table = np.array([0] + [(23170 if h & 1 else 32768) >> (h >> 1) for h in range(6, -1, -1)], np.int64)
    s = splitmix64(seed & M64)
    s = splitmix64(s ^ 0xFFFFFFFE)
    s = splitmix64(s)
    total = np.zeros(luma.shape, np.int64)
    gx, gy = np.broadcast_to(X[None, :], luma.shape), np.broadcast_to(Y[:, None], luma.shape)
    for k in range(3):
        amplitude = table[levels[:, :, 2 - k]]
        columns = mix(amplitude[y0], amplitude[y1], fy[:, None])
        gain = mix(columns[:, x0], columns[:, x1], fx[None, :])
        c = cellsize(48) << k
        total += Generator.octave(None, gx * c, gy * c, splitmix64((s + k) & M64), False) * gain
    return clamp(luma + rnd(32 * total, 35), 0, 255)
