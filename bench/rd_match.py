"""The setting of a codec that meets a size or a quality."""
import rd_measure

# Smallest file first; whole numbers are tried only where the encoder takes no others.
_RANGES = {"jpeg": (1, 100, True), "webp": (0, 100, False), "avif": (63, 0, True), "jxl": (25, 0.1, False),
           "pc15": (0, 100, False)}


def _search(first, last, whole, value_of, target, tolerance):
    """Bisection over a setting along which the value rises; the (setting, value, rest) nearest to the target."""
    low, high, tried = first, last, {}
    for _ in range(12):
        middle = (low + high) / 2
        middle = round(middle) if whole else round(middle, 3)
        if middle in tried:
            break
        tried[middle] = value_of(middle)
        value = tried[middle][0]
        if abs(value - target) <= tolerance:
            break
        low, high = (middle, high) if value < target else (low, middle)
    best = min(tried, key=lambda setting: abs(tried[setting][0] - target))
    return best, *tried[best]


def match(codec, name, source, folder, value, target, tolerance):
    """Codes `source` so that value(decoded, bytes) comes near the target: (setting, value, decoded, bytes)."""
    first, last, whole = _RANGES[name.split("-")[0]]

    def coded(setting):
        decoded, size, _ = rd_measure.encode(codec, name, setting, source, folder)
        return value(decoded, size), decoded, size

    return _search(first, last, whole, coded, target, tolerance)


def self_test():
    """Rising and falling ranges, whole numbers and others."""
    assert _search(0, 100, False, lambda q: (q * q,), 400, 0.5)[0] - 20 < 0.1
    assert _search(63, 0, True, lambda q: (63 - q, "x"), 21, 0)[:2] == (42, 21)
    assert _search(1, 100, True, lambda q: (q,), 1000, 0)[0] >= 99


if __name__ == "__main__":
    self_test()
    print("self-test: passed")
