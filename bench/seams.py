#!/usr/bin/env python3
"""Do tile programs make seams? Encodes pictures without a residual, decodes, and compares the mean absolute step
between neighbouring luma samples across the borders of tiles with that elsewhere.

    bench/seams.py --tool build/release/bin/pc15 [--tile 128] IMAGE...

needs numpy and Pillow. Tiles overlap and are blended over the overlap. "edges" are the steps at both ends of every
overlap, where a tile begins or ends: a seam would stand there. "overlaps" are the steps inside, where one tile turns
into the other; "elsewhere" is the rest. Pictures whose tiles all follow the image-wide program have no borders.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image


def classes(size, tile, overlap):
    """Of the steps along an axis, from sample i to i + 1: at an edge, inside an overlap."""
    edge, inside = np.zeros(size - 1, bool), np.zeros(size - 1, bool)
    stride = tile - overlap
    for k in range(1, max(1, -(-(size - overlap) // stride))):
        inside[k * stride:min(k * stride + overlap - 1, size - 1)] = True
        for end in (k * stride - 1, k * stride + overlap - 1):
            if end < size - 1:
                edge[end] = True
    return edge, inside & ~edge


def steps(image, tile, overlap):
    """Mean absolute step at edges, inside overlaps and elsewhere, both directions together."""
    parts = [[], [], []]
    for picture in (image, image.T):
        difference = np.abs(np.diff(picture, axis=1))
        edge, inside = classes(picture.shape[1], tile, overlap)
        for part, columns in zip(parts, (edge, inside, ~(edge | inside))):
            part.append(difference[:, columns].ravel())
    return [float(np.concatenate(part).mean()) for part in parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default="build/release/bin/pc15")
    parser.add_argument("--tile", type=int, default=128)
    parser.add_argument("--overlap", type=int, default=24)
    parser.add_argument("--quality", default="80")
    parser.add_argument("images", nargs="+")
    options = parser.parse_args()
    print("%-28s %8s %8s %9s %8s %8s" % ("picture", "edges", "overlaps", "elsewhere", "edges", "overlaps"))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file, back = os.path.join(folder, "a.pc15"), os.path.join(folder, "a.pgm")
        for path in options.images:
            run = subprocess.run([options.tool, "encode", "--gray", "--no-residual", "--tile", str(options.tile),
                                  "--overlap", str(options.overlap), "--quality", options.quality, path, file],
                                 stdout=subprocess.DEVNULL)
            if run.returncode != 0:
                sys.exit("cannot encode " + path)
            subprocess.run([options.tool, "decode", file, back], check=True, stdout=subprocess.DEVNULL)
            rows.append(steps(np.array(Image.open(back).convert("L")).astype(float), options.tile, options.overlap))
            report(os.path.basename(path), rows[-1])
    report("all", np.mean(rows, axis=0))


def report(name, row):
    edge, inside, rest = row
    relative = [value / rest if rest > 0 else 1.0 for value in (edge, inside)]
    print("%-28s %8.3f %8.3f %9.3f %8.3f %8.3f" % (name, edge, inside, rest, *relative), flush=True)


if __name__ == "__main__":
    main()
