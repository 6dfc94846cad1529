#!/usr/bin/env python3
"""Prints the reference table of tests/unit/test_metrics.cpp.

MSE and SSIM come from scikit-image (structural_similarity with gaussian_weights=True, sigma=1.5,
use_sample_covariance=False, data_range=255); where an axis is shorter than the window, which scikit-image
refuses, and for MS-SSIM, the values come from the direct two-dimensional formulas below, which share no code
with the library. Needs numpy, scipy and scikit-image. Made with scikit-image 0.26.0.
"""

import numpy as np
from scipy.ndimage import correlate
from skimage.metrics import mean_squared_error, structural_similarity

SIZES = [(64, 48), (11, 11), (12, 40), (200, 176), (333, 181), (97, 23), (7, 30), (30, 7), (1, 1), (3, 2), (1, 40)]
EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def hash32(n):
    n = n.astype(np.uint64)
    n = (n ^ (n >> np.uint64(16))) * np.uint64(0x7FEB352D) & np.uint64(0xFFFFFFFF)
    n = (n ^ (n >> np.uint64(15))) * np.uint64(0x846CA68B) & np.uint64(0xFFFFFFFF)
    return (n ^ (n >> np.uint64(16))).astype(np.int64)


def images(width, height):
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    n = hash32(y * 4096 + x)
    a = (x * 2 + y + ((x // 8 + y // 8) % 2) * 60 + n % 32) % 256
    b = np.clip(a + (n // 256) % 25 - 12, 0, 255)
    return a.astype(np.uint8), b.astype(np.uint8)


def window():
    g = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    w = np.outer(g, g)
    return w / w.sum()


def direct(a, b):
    """(SSIM, contrast-structure) by full two-dimensional windows; scipy's 'reflect' is half-sample symmetric."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    w = window()
    f = lambda p: correlate(p, w, mode="reflect")
    ma, mb = f(a), f(b)
    va, vb, cov = f((a * a)) - ma**2, f(b * b) - mb**2, f(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    cs = (2 * cov + c2) / (va + vb + c2)
    s = cs * (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)
    rows = slice(5, -5) if a.shape[0] >= 11 else slice(None)
    columns = slice(5, -5) if a.shape[1] >= 11 else slice(None)
    return s[rows, columns].mean(), cs[rows, columns].mean()


def halve(p):
    h, w = p.shape[0] // 2, p.shape[1] // 2
    return p[: 2 * h, : 2 * w].astype(np.float64).reshape(h, 2, w, 2).mean(axis=(1, 3))


def ms_ssim(a, b):
    n = 1
    while n < 5 and min(a.shape) // 2**n >= 11:
        n += 1
    product = 1.0
    for k in range(n):
        s, cs = direct(a, b)
        product *= max(s if k == n - 1 else cs, 0) ** (EXPONENTS[k] / sum(EXPONENTS[:n]))
        a, b = halve(a), halve(b)
    return product


def main():
    for width, height in SIZES:
        a, b = images(width, height)
        ssim = direct(a, b)[0]
        if min(width, height) >= 11:
            library = structural_similarity(
                a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
            )
            assert abs(library - ssim) < 1e-12, (width, height, library, ssim)
            ssim = library
        print(f"    {{{width}, {height}, {mean_squared_error(a, b)!r}, {ssim!r}, {ms_ssim(a, b)!r}}},".replace("np.float64(", "").replace(")", ""))


main()
