"""The Bjontegaard difference of rates, by the package bjontegaard."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pc15core import require

Point = tuple[float, float]


def _curve(points: Iterable[Point]) -> tuple[list[float], list[float]]:
    """A strictly rising curve of (rate, quality); lossless and repeated points are dropped."""
    rates: list[float] = []
    qualities: list[float] = []
    for rate, quality in sorted(points):
        if math.isfinite(quality) and rate > 0 and (not qualities or quality > qualities[-1] + 1e-9):
            rates.append(rate)
            qualities.append(quality)
    return rates, qualities


def bd_rate(anchor: Iterable[Point], test: Iterable[Point]) -> float:
    """Mean difference of rate at equal quality, in percent, of two lists of (rate, quality); negative is fewer bits
    than the anchor. PCHIP through at least three points each. NaN when the curves share no range of quality."""
    bjontegaard = require("bjontegaard")
    (rate_a, quality_a), (rate_t, quality_t) = _curve(anchor), _curve(test)
    if min(len(rate_a), len(rate_t)) < 3:
        raise ValueError("a curve needs at least three points of rising rate and quality")
    if max(quality_a[0], quality_t[0]) >= min(quality_a[-1], quality_t[-1]):
        return math.nan
    return float(bjontegaard.bd_rate(rate_a, quality_a, rate_t, quality_t, method="pchip", require_matching_points=False,
                                     min_overlap=0))
