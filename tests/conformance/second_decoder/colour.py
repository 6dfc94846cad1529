"""Chapter 11: planes become RGBA.

Made from docs/bitstream-residual.md alone.
"""

import numpy as np


def neighbours(n, limit):
    """The nearer and the farther chroma index of n luma samples."""
    i = np.arange(n)
    near = i >> 1
    return near, np.clip(np.where(i & 1, near + 1, near - 1), 0, limit - 1)


def interpolate(chroma, width, height):
    c, d = neighbours(width, chroma.shape[1])
    r, s = neighbours(height, chroma.shape[0])
    r, s = r[:, None], s[:, None]
    return (9 * chroma[r, c] + 3 * chroma[r, d] + 3 * chroma[s, c] + chroma[s, d] + 8) >> 4


def to_rgba(planes, colour, alpha):
    """planes: Y, then Cb and Cr of coloured pictures, then A when alpha is set."""
    y = planes[0]
    height, width = y.shape
    if colour:
        cb, cr = planes[1], planes[2]
        if colour == 1:
            cb, cr = interpolate(cb, width, height), interpolate(cr, width, height)
        u, v = cb - 128, cr - 128
        rgb = [y + ((91881 * v + 32768) >> 16), y + ((-22554 * u - 46802 * v + 32768) >> 16),
               y + ((116130 * u + 32768) >> 16)]
        rgb = [np.clip(c, 0, 255) for c in rgb]
    else:
        rgb = [y, y, y]
    a = planes[-1] if alpha else np.full(y.shape, 255)
    return np.stack(rgb + [a], axis=2).astype(np.uint8)
