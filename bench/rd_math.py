"""Quality measures and the Bjontegaard rate difference, in numpy alone."""
import math

import numpy as np

_TAPS = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
_TAPS /= _TAPS.sum()


def luma(pixels):
    """BT.601 full-range luma, not rounded, as float64; grey stays itself."""
    pixels = pixels.astype(np.float64)
    return pixels if pixels.ndim == 2 else pixels @ np.array([0.299, 0.587, 0.114])


def psnr(a, b):
    """10 log10(255^2 / MSE) in dB; infinite below an MSE of 1e-9 (the rounding of a grey picture stored as RGB)."""
    error = float(np.mean((a - b) ** 2))
    return math.inf if error < 1e-9 else 10 * math.log10(255.0**2 / error)


def _smooth(plane):
    """Separable 11-tap Gaussian, sigma 1.5, windows inside the picture."""
    height, width = plane.shape
    rows = sum(tap * plane[k : height - 10 + k] for k, tap in enumerate(_TAPS))
    return sum(tap * rows[:, k : width - 10 + k] for k, tap in enumerate(_TAPS))


def _ssim_terms(a, b):
    """Means over the picture of the whole index and of its contrast and structure terms alone."""
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = _smooth(a), _smooth(b)
    var_a = _smooth(a * a) - mean_a**2
    var_b = _smooth(b * b) - mean_b**2
    cov = _smooth(a * b) - mean_a * mean_b
    structure = (2 * cov + c2) / (var_a + var_b + c2)
    whole = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1) * structure
    return float(whole.mean()), float(structure.mean())


def ssim(a, b):
    """Mean structural similarity: Wang, Bovik, Sheikh, Simoncelli 2004; K1 0.01, K2 0.03, L 255."""
    return _ssim_terms(a, b)[0]


_EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def _halve(plane):
    height, width = plane.shape[0] // 2, plane.shape[1] // 2
    return plane[: 2 * height, : 2 * width].reshape(height, 2, width, 2).mean(axis=(1, 3))


def ssim_and_ms_ssim(a, b):
    """SSIM and MS-SSIM (Wang, Simoncelli, Bovik 2003): five scales, each the 2x2 means of the one before. Where a
    side would be shorter than the window there are fewer scales, their exponents divided by their sum."""
    scales = 1
    while scales < 5 and min(a.shape) >> scales >= 11:
        scales += 1
    first, product = None, 1.0
    for k in range(scales):
        whole, structure = _ssim_terms(a, b)
        first = whole if k == 0 else first
        term = whole if k == scales - 1 else structure
        product *= max(term, 0.0) ** (_EXPONENTS[k] / sum(_EXPONENTS[:scales]))
        a, b = _halve(a), _halve(b)
    return first, product


def ssim_db(value):
    """SSIM or MS-SSIM on a scale whose curve against ln(rate) is nearly straight."""
    return -10 * math.log10(max(1 - value, 1e-12))


def _pchip_slopes(x, y):
    """Derivatives of the monotone piecewise cubic (Fritsch and Butland 1984, three-point ends)."""
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    if len(d) == 1:
        return np.array([d[0], d[0]])
    slopes = np.zeros_like(x)
    w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    rising = d[:-1] * d[1:] > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes[1:-1] = np.where(rising, (w1 + w2) / (w1 / d[:-1] + w2 / d[1:]), 0.0)
    for end, (h0, h1, d0, d1) in ((0, (h[0], h[1], d[0], d[1])), (-1, (h[-1], h[-2], d[-1], d[-2]))):
        slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
        if slope * d0 <= 0:
            slope = 0.0
        elif d0 * d1 < 0 and abs(slope) > 3 * abs(d0):
            slope = 3 * d0
        slopes[end] = slope
    return slopes


def pchip_integral(x, y, lo, hi):
    """Exact integral over [lo, hi], inside [x[0], x[-1]], of the monotone cubic through the points."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    slopes = _pchip_slopes(x, y)
    total = 0.0
    for k in range(len(x) - 1):
        a, b = max(lo, x[k]), min(hi, x[k + 1])
        if b <= a:
            continue
        h = x[k + 1] - x[k]
        step = (y[k + 1] - y[k]) / h
        # y[k] + slope t + c t^2 + e t^3 with t = position - x[k]
        c = (3 * step - 2 * slopes[k] - slopes[k + 1]) / h
        e = (slopes[k] + slopes[k + 1] - 2 * step) / h**2
        primitive = [t * (y[k] + t * (slopes[k] / 2 + t * (c / 3 + t * e / 4))) for t in (a - x[k], b - x[k])]
        total += primitive[1] - primitive[0]
    return total


def pchip_value(x, y, at):
    """The monotone cubic through the points, at a place inside [x[0], x[-1]]."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    slopes = _pchip_slopes(x, y)
    k = min(max(int(np.searchsorted(x, at)) - 1, 0), len(x) - 2)
    h, t = x[k + 1] - x[k], at - x[k]
    step = (y[k + 1] - y[k]) / h
    c = (3 * step - 2 * slopes[k] - slopes[k + 1]) / h
    e = (slopes[k] + slopes[k + 1] - 2 * step) / h**2
    return float(y[k] + t * (slopes[k] + t * (c + t * e)))


def curve(points):
    """(rate, quality) points as a strictly rising curve. Points of 100 and more are dropped: an exact picture has an
    infinite PSNR and a full score at any rate, so it lies on no curve."""
    kept = []
    for rate, quality in sorted(points):
        if math.isfinite(quality) and quality < 100 and (not kept or quality > kept[-1][1] + 1e-9):
            kept.append((rate, quality))
    return kept


def quality_at(points, rate):
    """Quality at a rate on the curve of (rate, quality) points over ln(rate), None outside of it."""
    points = curve(points)
    if len(points) < 2 or not points[0][0] <= rate <= points[-1][0]:
        return None
    rates, qualities = zip(*points)
    return pchip_value(np.log(rates), qualities, math.log(rate))


def rate_at(points, quality):
    """Least rate that reaches a quality on the curve, None above its end. Below its beginning it is the first rate."""
    points = curve(points)
    if not points or quality > points[-1][1]:
        return None
    if len(points) == 1 or quality <= points[0][1]:
        return points[0][0]
    rates, qualities = zip(*points)
    return math.exp(pchip_value(qualities, np.log(rates), quality))


def bd_rate(anchor, test):
    """Mean difference of rate at equal quality, in percent, and the share of the shorter quality range that
    both curves cover. None when fewer than three points or no common range. After Bjontegaard, VCEG-M33."""
    anchor, test = curve(anchor), curve(test)
    if len(anchor) < 3 or len(test) < 3:
        return None
    (rate_a, quality_a), (rate_t, quality_t) = zip(*anchor), zip(*test)
    lo, hi = max(quality_a[0], quality_t[0]), min(quality_a[-1], quality_t[-1])
    if hi <= lo:
        return None
    gap = pchip_integral(quality_t, np.log(rate_t), lo, hi) - pchip_integral(quality_a, np.log(rate_a), lo, hi)
    overlap = (hi - lo) / min(quality_a[-1] - quality_a[0], quality_t[-1] - quality_t[0])
    return 100 * math.expm1(gap / (hi - lo)), overlap


def self_test():
    """Known answers; raises AssertionError."""
    anchor = [(0.1 * 1.5**k, 25 + 2.0 * k + 0.1 * k * k) for k in range(8)]
    for factor in (0.5, 0.8, 1.0, 1.25):
        percent, overlap = bd_rate(anchor, [(rate * factor, quality) for rate, quality in anchor])
        assert abs(percent - 100 * (factor - 1)) < 1e-9 and abs(overlap - 1) < 1e-12, (factor, percent, overlap)
    assert bd_rate(anchor, [(r, q + 100) for r, q in anchor]) is None
    x = np.array([0.0, 1.0, 3.0, 4.0])
    assert abs(pchip_integral(x, 2 * x + 1, 0.5, 3.5) - (3.5**2 - 0.5**2 + 3)) < 1e-12
    # Values of scipy.interpolate.PchipInterpolator(...).integrate(0.25, 3.75).
    assert abs(pchip_integral(x, np.array([0.0, 2.0, 2.5, 7.0]), 0.25, 3.75) - 8.319062575410232) < 1e-9
    assert abs(pchip_value(x, np.array([0.0, 2.0, 2.5, 7.0]), 2.0) - 2.240128115128115) < 1e-9  # PchipInterpolator
    halves = [(0.25 * 2**k, 30.0 + 6 * k) for k in range(4)] + [(3.0, math.inf)]
    assert abs(quality_at(halves, 0.75) - (36 + 6 * math.log2(1.5))) < 1e-9 and quality_at(halves, 3.0) is None
    assert abs(rate_at(halves, 39.0) - 0.5 * math.sqrt(2)) < 1e-9 and rate_at(halves, 20.0) == 0.25
    assert rate_at(halves, 49.0) is None and len(curve(halves)) == 4
    picture = np.add.outer(np.arange(32.0), np.arange(40.0)) * 3
    assert ssim(picture, picture) == 1 and psnr(picture, picture) == math.inf
    assert abs(psnr(picture, picture + 5) - 10 * math.log10(255**2 / 25)) < 1e-9
    assert 0 < ssim(picture, picture[:, ::-1]) < 0.9


if __name__ == "__main__":
    self_test()
    print("self-test: passed")
