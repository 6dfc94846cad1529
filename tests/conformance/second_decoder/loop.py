"""Section 10.2: the loop filter.

Made from docs/bitstream-residual.md alone; the coefficients are read from src/normative/loop_filter_tables.inc.
"""

import os
import re
from functools import lru_cache

import numpy as np

TABLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "src", "normative",
                      "loop_filter_tables.inc")
TAPS = ((1, 0), (2, 0), (3, 0), (-2, 1), (-1, 1), (0, 1), (1, 1), (2, 1), (-1, 2), (0, 2), (1, 2), (0, 3))
GRADES = (4, 8, 15, 25, 40, 65, 110)
POINTS = (169, 293, 508, 867)


@lru_cache(None)
def coefficients(path=TABLES):
    """[family, point, set, class, tap, plain or clipped]"""
    with open(path, encoding="utf-8") as file:
        body = re.search(r"kLoopFilters(?:\[[^\]]*\])+ = ([^;]*);", file.read()).group(1)
    return np.array(re.findall(r"-?\d+", body), dtype=np.int64).reshape(2, 5, 4, 72, 12, 2)


def ratio(high, low):
    return 0 if 2 * high <= 3 * low else 1 if high <= 3 * low else 2


def classify(v, h, d, u, step):
    """(class, flip, transpose) of a block."""
    grade = sum(50 * (v + h) > g * step for g in GRADES)
    straight, diagonal = ratio(max(v, h), min(v, h)), ratio(max(d, u), min(d, u))
    return grade * 9 + straight * 3 + diagonal, u > d, v > h


def activities(samples):
    """The four sums of every 4 x 4 block."""
    p = np.pad(samples, 3, "edge")
    centre = 2 * p[1:-1, 1:-1]
    near = [abs(centre - p[:-2, 1:-1] - p[2:, 1:-1]), abs(centre - p[1:-1, :-2] - p[1:-1, 2:]),
            abs(centre - p[:-2, :-2] - p[2:, 2:]), abs(centre - p[:-2, 2:] - p[2:, :-2])]
    # The arrays begin at sample (-2, -2); of every window the samples of even x + y count.
    even = np.add.outer(np.arange(centre.shape[0]), np.arange(centre.shape[1])) % 2 == 0
    rows, columns = samples.shape[0] // 4, samples.shape[1] // 4
    return [[[int((n * even)[4 * y : 4 * y + 8, 4 * x : 4 * x + 8].sum()) for x in range(columns)]
             for y in range(rows)] for n in near]


def filter_plane(samples, family, side, choice, fixed):
    """The filtered plane; `choice(x, y)` gives (set, step) of the superblock that holds a sample, `fixed` says of
    every 4 x 4 block whether it belongs to a palette leaf."""
    out = samples.copy()
    v, h, d, u = activities(samples)
    wide = np.pad(samples, 3, "edge")
    for y in range(0, samples.shape[0], 4):
        for x in range(0, samples.shape[1], 4):
            number, step = choice(x // side, y // side)
            if number == 0 or fixed[y // 4, x // 4]:
                continue
            at = y // 4, x // 4
            index, flip, transpose = classify(v[at[0]][at[1]], h[at[0]][at[1]], d[at[0]][at[1]], u[at[0]][at[1]], step)
            point = sum(step >= p for p in POINTS)
            clip = max(1, min(255, (5 * step + 128) >> 8))
            centre = samples[y : y + 4, x : x + 4]
            total = np.full((4, 4), 128, np.int64)
            for (dx, dy), (plain, clipped) in zip(TAPS, coefficients()[family, point, number - 1, index]):
                if flip:
                    dy = -dy
                if transpose:
                    dx, dy = dy, dx
                a = wide[y + 3 + dy : y + 7 + dy, x + 3 + dx : x + 7 + dx] - centre
                b = wide[y + 3 - dy : y + 7 - dy, x + 3 - dx : x + 7 - dx] - centre
                total += plain * (a + b) + clipped * (np.clip(a, -clip, clip) + np.clip(b, -clip, clip))
            out[y : y + 4, x : x + 4] = np.clip(centre + (total >> 8), 0, 255)
    return out


def loop_filter(planes, cells, header, shifts):
    """The colour planes behind the filter; alpha stays."""
    columns = -(-header.width // (1 << header.cell_log2))
    per_cell = (1 << header.cell_log2) // 64
    out = []
    for i, samples in enumerate(planes):
        family = 0 if i == 0 else 1
        fixed = np.zeros((samples.shape[0] // 4, samples.shape[1] // 4), bool)
        for cell in cells:
            ux, uy = (cell.x >> shifts[i]) // 4, (cell.y >> shifts[i]) // 4
            for x, y, w, h in [] if cell.bare else cell.fixed[i]:
                fixed[uy + y // 4 : uy + (y + h) // 4, ux + x // 4 : ux + (x + w) // 4] = True

        def choice(x, y, family=family):
            cell = cells[y // per_cell * columns + x // per_cell]
            return (0, 0) if cell.bare else cell.loop_choice(family, x % per_cell, y % per_cell)

        colour = i < (3 if header.colour else 1)
        out.append(filter_plane(samples, family, 64 >> shifts[i], choice, fixed) if colour else samples)
    return out
