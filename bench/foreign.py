#!/usr/bin/env python3
"""Patterns that another program drew, 512 x 512, against AVIF at no less than 40 dB.

Pictures come from bench/recovery_images.py (double precision, three samples per pixel and axis, no code of the
library), clean. pc15 is run without and with a residual, at the default effort, and the smallest file that reaches
40 dB counts; avifenc (speed 6, luma only) at the coarsest quantiser that does.

    bench/foreign.py --tool build/release/bin/pc15 [--classes stripes_pulse,gabor] [--count 2]

needs numpy, Pillow and avifenc (Debian: libavif-bin). Prints bytes and ratio per class, the median over its pictures.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

import recovery_images

CLASSES = ("stripes_sin,stripes_pulse,gabor,grad_linear,grad_radial,brick,checker,hex_grid,dots,plaid,rings,spiral")
LEAST_DB = 40.0


def psnr(a, b):
    mse = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 99.0 if mse == 0 else 10 * np.log10(255**2 / mse)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pc15_bytes(tool, folder, png, source):
    """(bytes, dB) of the smallest file that is good enough; None when none is."""
    best = None
    for options in (("--no-residual", "--quality", "90"), ("--quality", "50"), ("--quality", "60"), ("--quality", "70"),
                    ("--quality", "85")):
        file, out = os.path.join(folder, "x.pc15"), os.path.join(folder, "x.png")
        run(tool, "encode", png, file, *options)
        run(tool, "decode", file, out)
        decibel = psnr(source, np.asarray(Image.open(out).convert("L")))
        if decibel < LEAST_DB:
            continue
        size = os.path.getsize(file)
        if best is None or size < best[0]:
            best = (size, decibel)
        if "--no-residual" in options:
            break
    return best


def avif_bytes(folder, png, source):
    """(bytes, dB) at the coarsest quantiser that is good enough."""
    low, high, best = 0, 63, None
    while low <= high:
        quantiser = (low + high) // 2
        file, out = os.path.join(folder, "x.avif"), os.path.join(folder, "a.png")
        run("avifenc", "-s", "6", "-y", "400", "--min", str(quantiser), "--max", str(quantiser), png, file)
        run("avifdec", file, out)
        decibel = psnr(source, np.asarray(Image.open(out).convert("L")))
        if decibel >= LEAST_DB:
            best, low = (os.path.getsize(file), decibel), quantiser + 1
        else:
            high = quantiser - 1
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the pc15 tool")
    parser.add_argument("--classes", default=CLASSES, help="comma-separated")
    parser.add_argument("--count", type=int, default=2)
    options = parser.parse_args()
    recovery_images.SIDE = 512
    unknown = [name for name in options.classes.split(",") if not callable(getattr(recovery_images, name, None))]
    if unknown:
        print("foreign.py: no class " + unknown[0], file=sys.stderr)
        return 2
    print("%-14s %8s %6s %8s %6s %7s" % ("class", "pc15", "dB", "avif", "dB", "ratio"))
    with tempfile.TemporaryDirectory() as folder:
        for name in options.classes.split(","):
            rows = []
            for number in range(options.count):
                d = recovery_images.Draw(name, number)
                clean = getattr(recovery_images, name)(d)
                pixels = recovery_images.to_bytes(recovery_images.to_pixels(128 + 90 * clean, 0))
                png = os.path.join(folder, "in.png")
                Image.fromarray(pixels).save(png)
                ours, theirs = pc15_bytes(options.tool, folder, png, pixels), avif_bytes(folder, png, pixels)
                if ours and theirs:
                    rows.append(ours + theirs)
            if not rows:
                print("%-14s nothing reached %g dB" % (name, LEAST_DB))
                continue
            a, p, b, q = (statistics.median(column) for column in zip(*rows))
            print("%-14s %8d %6.1f %8d %6.1f   1/%-5.1f" % (name, a, p, b, q, b / a), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
