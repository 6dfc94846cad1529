#!/usr/bin/env python3
"""What programs save on regular textures: rate of the tool with and without them at equal PSNR.

    bench/textures.py --tool build/release/bin/pc15 [--side 256] [--at 32,36] [--noise 2] IMAGE...

Every picture is turned to luma and cut to `side` x `side` pixels around its middle (0: whole). It is encoded at a
sweep of qualities, with --alpha 0 (the judge is PSNR), once with the search for programs and once with --no-procedural;
files are decoded again; bytes at each level are interpolated linearly in (PSNR, log bytes). Negative is fewer bytes
with programs. --noise N adds N pictures each of five noises drawn by numpy, for which no program exists.

needs numpy and Pillow.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image


def psnr(a, b):
    error = np.mean((a.astype(float) - b) ** 2)
    return 99.0 if error == 0 else 10 * np.log10(65025 / error)


def curve(options, folder, source, procedural):
    """Points (psnr, bytes, program bytes) of one picture, rising quality."""
    points = []
    file, back = os.path.join(folder, "a.pc15"), os.path.join(folder, "a.pgm")
    picture = np.array(Image.open(source).convert("L"))
    for quality in options.qualities.split(","):
        command = [options.tool, "encode", "--json", "--alpha", "0", "--threads", "1", "--effort", str(options.effort),
                   "--quality", quality, source, file] + ([] if procedural else ["--no-procedural"])
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if run.returncode != 0:
            sys.exit("cannot encode " + source)
        report = json.loads(run.stdout)
        subprocess.run([options.tool, "decode", file, back], check=True, stdout=subprocess.DEVNULL)
        points.append((psnr(picture, np.array(Image.open(back).convert("L"))), os.path.getsize(file),
                       report.get("bytes_programs", report.get("programs", 0))))
    return points


def noises(side, seed):
    """(name, picture) of noises that another program seeded: three spectra, cells, and gradient noise."""
    random = np.random.default_rng(seed)
    x = np.fft.fftfreq(side)
    radius = np.hypot(x[:, None], x[None, :])
    radius[0, 0] = 1
    for slope in (0.0, 1.0, 1.8):
        yield "spectrum_%g" % slope, np.fft.ifft2(np.fft.fft2(random.normal(size=(side, side))) / radius**slope).real
    points = random.uniform(0, side, (60, 2))
    rows, cols = np.mgrid[0:side, 0:side]
    distance = np.sort(np.hypot(rows[..., None] - points[:, 0], cols[..., None] - points[:, 1]), axis=-1)
    yield "cells", distance[..., 1] - distance[..., 0]
    total = np.zeros((side, side))
    for octave in range(4):
        cell = 64 >> octave
        angle = random.uniform(0, 2 * np.pi, (side // cell + 2, side // cell + 2))
        v, u = rows / cell, cols / cell
        i, j = v.astype(int), u.astype(int)
        a, b = v - i, u - j

        def corner(di, dj):
            t = angle[i + di, j + dj]
            return np.cos(t) * (b - dj) + np.sin(t) * (a - di)

        fade = lambda t: t**3 * (t * (6 * t - 15) + 10)
        top = corner(0, 0) * (1 - fade(b)) + corner(0, 1) * fade(b)
        low = corner(1, 0) * (1 - fade(b)) + corner(1, 1) * fade(b)
        total += (top * (1 - fade(a)) + low * fade(a)) / 2**octave
    yield "gradient", total


def bytes_at(points, level):
    """None outside the curve; the smallest file when even it is better than the level."""
    points = sorted((p, b) for p, b, _ in points)
    if points[-1][0] < level:
        return None
    if points[0][0] >= level:
        return float(points[0][1])
    for (p0, b0), (p1, b1) in zip(points, points[1:]):
        if p0 <= level <= p1:
            t = 0 if p1 == p0 else (level - p0) / (p1 - p0)
            return float(np.exp(np.log(b0) * (1 - t) + np.log(b1) * t))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default="build/release/bin/pc15")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--at", default="32,36")
    parser.add_argument("--qualities", default="30,40,50,60,70,80")
    parser.add_argument("--effort", type=int, default=5)
    parser.add_argument("--noise", type=int, default=0)
    parser.add_argument("images", nargs="*")
    options = parser.parse_args()
    levels = [float(v) for v in options.at.split(",")]
    print("%-32s" % "picture" + "".join("  %8s %8s %8s" % ("with", "without", "at %g dB" % v) for v in levels))
    with tempfile.TemporaryDirectory() as folder:
        paths = list(options.images)
        for seed in range(options.noise):
            for name, values in noises(options.side or 256, seed):
                low, high = np.percentile(values, (0.5, 99.5))
                paths.append(os.path.join(folder, "%s_%d.png" % (name, seed)))
                levels8 = np.clip(np.rint((values - low) / (high - low) * 255), 0, 255).astype(np.uint8)
                Image.fromarray(levels8).save(paths[-1])
        for path in paths:
            image = Image.open(path).convert("L")
            if options.side > 0:
                w, h = min(image.width, options.side), min(image.height, options.side)
                x, y = (image.width - w) // 2, (image.height - h) // 2
                image = image.crop((x, y, x + w, y + h))
            source = os.path.join(folder, "source.png")
            image.save(source)
            a, b = curve(options, folder, source, True), curve(options, folder, source, False)
            line = "%-32s" % os.path.basename(path)
            for level in levels:
                with_programs, without = bytes_at(a, level), bytes_at(b, level)
                if with_programs is None or without is None:
                    line += "  %8s %8s %8s" % ("-", "-", "-")
                else:
                    line += "  %8.0f %8.0f %+7.1f %%" % (with_programs, without, 100 * (with_programs / without - 1))
            print(line, flush=True)


if __name__ == "__main__":
    main()
