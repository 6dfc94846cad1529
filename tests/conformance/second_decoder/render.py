"""Chapter 8: programs become samples.

Made from docs/bitstream-programs.md alone. The generators are in generators.py.
"""

import numpy as np

from fixed import clamp, cos15, rnd
from generators import Frame, layer_output
from modifiers import atom_value, share
from programs import IMAGE

NEUTRAL = 8192


def frame_of(slot, header):
    """7.1."""
    if slot == IMAGE:
        return Frame(8 * header.width, 8 * header.height, max(header.width, header.height))
    columns = header.tiles_along(header.width)
    stride = 16 * (header.tile - header.overlap)
    return Frame(slot % columns * stride + 8 * header.tile, slot // columns * stride + 8 * header.tile, header.tile)


def field_level(program, coefficients, x, y, half):
    """8.5."""
    c = coefficients
    level = np.full(x.shape, 32 * c[0], np.int64)
    if program.order:
        unit = (1 << 39) // half
        u = clamp((x * unit) >> 24, -(1 << 20), 1 << 20)
        v = clamp((y * unit) >> 24, -(1 << 20), 1 << 20)
        s = c[1] * u + c[2] * v
        if program.order == 2:
            s = s + c[3] * ((u * u >> 15) - 10923) + c[4] * ((v * v >> 15) - 10923) + c[5] * (u * v >> 15)
        level = level + rnd(s, 10)
    return clamp(level, -(1 << 20), 1 << 20)


def blend_layer(level, v, blend, contrast):
    """8.4, one layer with output v (Q14)."""
    shade = rnd(contrast * 32 * v, 14)
    if blend == 0:
        return clamp(level + shade, -(1 << 20), 1 << 20)
    if blend == 1:
        whole = abs(contrast) // 2 * (1 if contrast >= 0 else -1)
        target = (128 + whole) * 64 + (contrast - 2 * whole) * 32
        return level + rnd((target - level) * (16384 + v), 15)
    if blend == 2:
        return clamp(level + rnd(level * contrast * v, 22), -(1 << 20), 1 << 20)
    return np.minimum(level, NEUTRAL + shade) if blend == 3 else np.maximum(level, NEUTRAL + shade)


class Renderer:
    """The procedural prediction of a picture whose tiles render `tiles` (programs or None)."""

    def __init__(self, header, tiles, shapes=None):
        self.header, self.tiles, self.shapes = header, tiles, shapes

    def levels(self, program, plane, X, Y, z):
        """8.4 and 8.17 at the columns X and rows Y (Q4)."""
        shape = (len(Y), len(X))
        if program is None:
            return np.full(shape, NEUTRAL, np.int64)
        gx, gy = np.broadcast_to(X[None, :], shape), np.broadcast_to(Y[:, None], shape)
        frame = frame_of(program.slot, self.header)
        if plane < len(program.field):
            level = field_level(program, program.field[plane], gx - frame.x, gy - frame.y, 8 * frame.extent)
        else:
            level = np.full(shape, 32 * 256, np.int64)
        below = None
        for layer in program.layers:
            own = frame_of(layer.geometry.slot, self.header)
            x, y = gx - own.x, gy - own.y
            v = layer_output(layer.geometry, x, y, z, self.header.seed, 8 * own.extent)
            contrast = layer.contrasts[plane] if plane < len(layer.contrasts) else None
            if contrast is not None and not (contrast == 0 and layer.blend in (0, 2)):
                after, mask = blend_layer(level, v, layer.blend, contrast), layer.geometry.modifiers[2]
                level = after if mask is None else level + rnd((after - level) * share(mask, x, y, z, below), 15)
            below = v
        if plane == 0:
            for atom in program.atoms:
                level = level + atom_value(atom, gx - frame.x, gy - frame.y, self.shapes)
        return clamp(level, 0, 16320)

    def shares(self, X, tiles):
        """8.18 along one axis: the tile of every sample and its weight, 32768 where it stands alone."""
        h = self.header
        stride = 16 * (h.tile - h.overlap)
        c = np.minimum(X // stride, tiles - 1)
        i = X - c * stride
        weight = np.full(len(X), 32768, np.int64)
        if h.overlap:
            shared = (c > 0) & (i < 16 * h.overlap)
            w = 16384 - rnd(cos15((i * (1 << 27)) // h.overlap), 1)
            weight = np.where(shared, w, weight)
            return c, weight, shared
        return c, weight, np.zeros(len(X), bool)

    def plane(self, plane, width, height, z):
        """The prediction of a whole plane."""
        columns, rows = self.header.tiles_along(self.header.width), self.header.tiles_along(self.header.height)
        X = (2 * np.arange(width, dtype=np.int64) + 1) << (3 - z)
        Y = (2 * np.arange(height, dtype=np.int64) + 1) << (3 - z)
        cx, wx, sx = self.shares(X, columns)
        cy, wy, sy = self.shares(Y, rows)
        upper = np.zeros((height, width), np.int64)
        lower = np.zeros((height, width), np.int64)
        for r in range(rows):
            ys = np.nonzero((cy == r) | ((cy == r + 1) & sy))[0]
            if not len(ys):
                continue
            strip = self.strip(plane, r, columns, X, Y[ys], z, cx, wx, sx)
            own = cy[ys] == r
            lower[ys[own]] = strip[own]
            upper[ys[~own]] = strip[~own]
        level = np.where(sy[:, None], lerp(upper, lower, wy[:, None]), lower)
        return (level + 32) >> 6

    def strip(self, plane, row, columns, X, Y, z, cx, wx, sx):
        """Rows Y of tile row `row`, blended along x."""
        first = np.zeros((len(Y), len(X)), np.int64)
        second = np.zeros((len(Y), len(X)), np.int64)
        for c in range(columns):
            xs = np.nonzero((cx == c) | ((cx == c + 1) & sx))[0]
            if not len(xs):
                continue
            level = self.levels(self.tiles[row * columns + c], plane, X[xs], Y, z)
            own = cx[xs] == c
            second[:, xs[own]] = level[:, own]
            first[:, xs[~own]] = level[:, ~own]
        return np.where(sx[None, :], lerp(first, second, wx[None, :]), second)


def lerp(a, b, w):
    return (32768 * a + (b - a) * w + 16384) >> 15
