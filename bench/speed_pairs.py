#!/usr/bin/env python3
"""Encoding time beside avifenc at equal quality, and decoding speed at one bit per pixel.

  speed_pairs.py --images DIR [--limit 6] [--repeat 3]

For each image and each of two quality levels of avifenc (speed 6, one thread), the quality of pc15 is searched that
gives the same SSIM; then the two encoders run in turn, and the least CPU time (user + system, whole process) of each
counts. For decoding, the settings are searched whose files come nearest to 1 bpp; avifdec writes Y4M, which spares it
the colour conversion, pc15 writes PNM. Other work on the machine disturbs both alike.
"""
import argparse
import pathlib
import shlex
import sys
import tempfile

import numpy as np
from PIL import Image

import rd_codecs
import rd_math
import rd_match
import rd_measure
import rd_run
import rd_tables

LEVELS = (44, 27)


def _least(commands, repeat):
    """Least CPU seconds of each command, run in turn."""
    best = [float("inf")] * len(commands)
    for _ in range(repeat):
        for k, words in enumerate(commands):
            best[k] = min(best[k], rd_run.run(words)[0])
    return best


def _words(template, source, out, quality):
    return [word.format_map({"in": source, "out": out, "q": quality, "yuv": "420", "samp": "2x2"})
            for word in shlex.split(template)]


def encode_pairs(path, avif, pc15, repeat, folder):
    """(SSIM, bpp and CPU seconds of avifenc, the same of pc15) per level."""
    source = rd_measure.load(path, False)
    plane = rd_math.luma(source)
    png, ppm = folder / "in.png", folder / "in.ppm"
    Image.fromarray(source).save(png)
    Image.fromarray(source).save(ppm)
    for level in LEVELS:
        decoded, size, _ = rd_measure.encode(avif, "avif", level, source, folder)
        target = rd_math.ssim_db(rd_math.ssim(plane, rd_math.luma(decoded)))
        quality, _, _, ours = rd_match.match(pc15, "pc15", source, folder, lambda result, _: rd_math.ssim_db(
            rd_math.ssim(plane, rd_math.luma(result))), target, 0.03)
        times = _least([_words(avif["encode"], png, folder / "o.avif", level),
                        _words(pc15["encode"], ppm, folder / "o.pc15", quality)], repeat)
        yield target, 8 * size / plane.size, times[0], 8 * ours / plane.size, times[1]


def decode_pairs(path, avif, pc15, repeat, folder):
    """Pixels, then bpp and CPU seconds of decoding of either codec near 1 bpp."""
    source = rd_measure.load(path, False)
    pixels = source.shape[0] * source.shape[1]
    commands, rates = [], []
    for name, codec, suffix, out in (("avif", avif, "avif", "o.y4m"), ("pc15", pc15, "pc15", "o.ppm")):
        _, rate, _, _ = rd_match.match(codec, name, source, folder, lambda _, size: 8 * size / pixels, 1.0, 0.01)
        kept = folder / f"kept.{suffix}"
        (folder / f"coded.{suffix}").rename(kept)
        commands.append(_words(codec["decode"].replace("--png-compress 0 ", ""), kept, folder / out, 0))
        rates.append(rate)
    return pixels, rates, _least(commands, 2 * repeat + 1)


def report(images, tool, repeat):
    """Two Markdown tables."""
    avif, pc15 = rd_codecs.find("avif", ""), rd_codecs.find("pc15", shlex.quote(tool))
    rd_measure.check_installed({"avif": avif, "pc15": pc15})
    rows, decoded = {level: [] for level in LEVELS}, []
    for path in images:
        with tempfile.TemporaryDirectory(prefix="pc15-speed-") as folder:
            for level, row in zip(LEVELS, encode_pairs(path, avif, pc15, repeat, pathlib.Path(folder))):
                rows[level].append(row)
            decoded.append(decode_pairs(path, avif, pc15, repeat, pathlib.Path(folder)))
    lines = []
    for level, found in rows.items():
        ratios = [row[4] / row[2] for row in found]
        mean = np.mean(found, axis=0)
        ratio = f"{np.exp(np.mean(np.log(ratios))):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append([str(level), f"{1 - 10 ** (-mean[0] / 10):.4f}", f"{mean[1]:.3f}", f"{mean[3]:.3f}",
                      f"{mean[2]:.3f}", f"{mean[4]:.3f}", ratio])
    text = rd_tables.table(["cq-level", "SSIM", "AVIF bpp", "pc15 bpp", "avifenc s", "pc15 s", "pc15 / avifenc"], lines)
    lines = []
    for k, name in enumerate(("avifdec, to Y4M", "pc15, to PNM")):
        speeds = [pixels / 1e6 / times[k] for pixels, _, times in decoded]
        lines.append([name, f"{np.mean([rates[k] for _, rates, _ in decoded]):.3f}", f"{np.mean(speeds):.1f}",
                      f"{min(speeds):.1f} to {max(speeds):.1f}"])
    return text + "\n" + rd_tables.table(["decoder", "bpp", "MP/s", "range"], lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=pathlib.Path, required=True, help="folder of PNG files")
    parser.add_argument("--limit", type=int, default=6)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tool", default=rd_run.TOOL)
    options = parser.parse_args()
    images = sorted(options.images.glob("*.png"))[:options.limit]
    if not images:
        raise SystemExit(f"no PNG files in {options.images}")
    print(report(images, options.tool, options.repeat))
    return 0


if __name__ == "__main__":
    sys.exit(main())
