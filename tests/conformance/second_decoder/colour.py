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


def ycc_to_rgb(y, cb, cr):
    u, v = cb - 128, cr - 128
    rgb = [y + ((91881 * v + 32768) >> 16), y + ((-22554 * u - 46802 * v + 32768) >> 16),
           y + ((116130 * u + 32768) >> 16)]
    return [np.clip(c, 0, 255) for c in rgb]


def to_luma(planes, colour):
    """The answer to a request of luma alone."""
    if colour != 3:
        return planes[0]
    g, r, b = planes[:3]
    return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16


def to_rgba(planes, colour, alpha):
    """planes: Y, then Cb and Cr of coloured pictures (G, R, B of colour 3), then A when alpha is set."""
    y = planes[0]
    height, width = y.shape
    if colour == 3:
        rgb = [planes[1], planes[0], planes[2]]
    elif colour:
        cb, cr = planes[1], planes[2]
        if colour == 1:
            cb, cr = interpolate(cb, width, height), interpolate(cr, width, height)
        rgb = ycc_to_rgb(y, cb, cr)
    else:
        rgb = [y, y, y]
    a = planes[-1] if alpha else np.full(y.shape, 255)
    return np.stack(rgb + [a], axis=2).astype(np.uint8)
