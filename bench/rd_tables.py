"""The tables of the published result, in Markdown."""
import numpy as np

import rd_curves
import rd_math
import rd_measure

TITLES = {"jpeg": "libjpeg-turbo", "webp": "libwebp, -m 6", "avif": "libavif, speed 6", "avif-s2": "libavif, speed 2",
          "jxl": "libjxl, effort 7", "pc15": "pc15", "pc15-psnr": "pc15, tune psnr"}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _used(points):
    """Measures that this run took: SSIMULACRA2 only where its program was installed."""
    return [m for m in rd_measure.MEASURES if any(np.isfinite(p[m]) for p in points)]


def _mean(rows, measure, spread):
    values = [r["bd_rate_percent"] for r in rows if r["measure"] == measure]
    if not values:
        return "-"
    return f"{np.mean(values):+.1f}" + (f" ({min(values):+.1f} to {max(values):+.1f})" if spread else "")


def against_peers(points, codec, peers):
    """BD-rate of one codec against each peer."""
    measures, lines = _used(points), []
    for peer in peers:
        rows = rd_curves.bd_rows(points, [codec], peer)
        lines.append([TITLES[peer], *(_mean(rows, m, False) for m in measures),
                      f"{min(r['overlap'] for r in rows):.2f}"])
    head = [f"**{TITLES[codec]}** against", *(rd_measure.MEASURES[m][0] for m in measures), "least overlap"]
    return table(head, lines)


def against_one(points, codecs, anchor):
    """BD-rate of all codecs against one anchor, with the range over the images."""
    measures = [m for m in ("psnr_y", "psnr_rgb", "ssim") if m in _used(points)]
    lines = []
    for codec in codecs:
        rows = rd_curves.bd_rows(points, [codec], anchor)
        lines.append([TITLES[codec], *(_mean(rows, m, True) for m in measures)])
    return table([f"against {TITLES[anchor]}", *(rd_measure.MEASURES[m][0] for m in measures)], lines)


def per_image(points, codec, peers, decibels):
    """For drawn pictures, whose curves need not meet: one line per image, with the bytes at a given PSNR-Y."""
    known = rd_curves.curves(points)
    lines = []
    for image in sorted({p["image"] for p in points}):
        line = [image]
        for peer in peers:
            rows = [r for r in rd_curves.bd_rows(points, [codec], peer) if r["image"] == image]
            for measure in ("psnr_y", "ssim"):
                found = [r for r in rows if r["measure"] == measure]
                line.append(f"{found[0]['bd_rate_percent']:+.1f}" + ("" if found[0]["overlap"] >= 0.5 else " \\*")
                            if found else "-")
        for name in (*peers, codec):
            line.append(_bytes_at(points, known, image, name, decibels))
        lines.append(line)
    head = ["image", *(f"{m} vs {p}" for p in peers for m in ("PSNR-Y", "SSIM")),
            *(f"{name}, bytes at {decibels} dB" for name in (*peers, codec))]
    return table(head, lines)


def _bytes_at(points, known, image, codec, decibels):
    """Least bytes that reach a PSNR-Y, on the curve or of a file, for an exact one lies on no curve."""
    pixels = next(p["pixels"] for p in points if p["image"] == image)
    rate = rd_math.rate_at(known.get((image, codec, "psnr_y"), []), decibels)
    sizes = [p["bytes"] for p in points if (p["image"], p["codec"]) == (image, codec) and p["psnr_y"] >= decibels]
    if rate is not None:
        sizes.append(rate * pixels / 8)
    return f"{min(sizes):.0f}" if sizes else "-"
