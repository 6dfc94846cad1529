#!/usr/bin/env python3
"""Do tile programs make seams? Encodes pictures without a residual, decodes, and compares the mean absolute step
between neighbouring luma samples across the borders of tiles with that elsewhere.

    bench/seams.py --tool build/release/bin/pc15 [--tile 128] IMAGE...

needs numpy and Pillow. Tiles overlap and are blended; the border is the middle of the overlap, and "elsewhere" is
every other column and row outside the overlaps. Pictures whose tiles all follow the image-wide program have no borders
and are listed as such.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image


def positions(size, tile, overlap):
    """Middles of the overlaps along an axis: tiles begin every tile - overlap pixels."""
    stride = tile - overlap
    return [k * stride + overlap // 2 for k in range(1, max(1, -(-(size - overlap) // stride)))]


def steps(image, tile, overlap):
    """Mean absolute step across borders and elsewhere, both directions together."""
    at, off = [], []
    for picture in (image, image.T):
        difference = np.abs(np.diff(picture, axis=1))
        columns = np.zeros(difference.shape[1], bool)
        near = columns.copy()
        for p in positions(picture.shape[1], tile, overlap):
            columns[max(0, p - overlap // 2):p + overlap // 2] = True
        near |= columns
        at.append(difference[:, columns].ravel())
        off.append(difference[:, ~near].ravel())
    return np.concatenate(at).mean() if sum(map(len, at)) else 0.0, np.concatenate(off).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default="build/release/bin/pc15")
    parser.add_argument("--tile", type=int, default=128)
    parser.add_argument("--overlap", type=int, default=24)
    parser.add_argument("--quality", default="80")
    parser.add_argument("images", nargs="+")
    options = parser.parse_args()
    print("%-28s %9s %9s %8s" % ("picture", "overlaps", "elsewhere", "ratio"))
    ratios, borders, rest = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        file, back = os.path.join(folder, "a.pc15"), os.path.join(folder, "a.pgm")
        for path in options.images:
            run = subprocess.run([options.tool, "encode", "--gray", "--no-residual", "--tile", str(options.tile),
                                  "--overlap", str(options.overlap), "--quality", options.quality, path, file],
                                 stdout=subprocess.DEVNULL)
            if run.returncode != 0:
                sys.exit("cannot encode " + path)
            subprocess.run([options.tool, "decode", file, back], check=True, stdout=subprocess.DEVNULL)
            border, other = steps(np.array(Image.open(back).convert("L")).astype(float), options.tile, options.overlap)
            ratio = border / other if other > 0 else 1.0
            ratios.append(ratio)
            borders.append(border)
            rest.append(other)
            print("%-28s %9.3f %9.3f %8.3f" % (os.path.basename(path), border, other, ratio))
    print("%-28s %9.3f %9.3f %8.3f" % ("all", np.mean(borders), np.mean(rest), np.mean(borders) / np.mean(rest)))


if __name__ == "__main__":
    main()
