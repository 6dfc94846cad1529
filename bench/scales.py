#!/usr/bin/env python3
"""Decoding at other sizes against pictures computed in double precision (docs/scaling.md).

  scales.py [--tool PC15]                          the pictures below
  scales.py [--tool PC15] --time FILE.pc15 ...     CPU seconds of decoding files at every scale

Draws stripes, rings and checkerboards from their formulas, encodes them without a residual, and decodes them at
4x and at 0.5x. The measures: at 4x the same formula drawn at four times the size; at 0.5x the formula averaged
over the box of every sample (16 x 16 points), and for the record the mean of each 2x2 box of the 1x picture,
which of hard edges knows only on which side of them its samples lie. Prints a line per picture and fails when one
is below its bound.

Hard edges are not bounded at 4x here: a file may hold any program that gives the samples of the 1x picture, and
many do that differ between them. tests/unit/test_scale.cpp bounds them with the program given.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

import numpy as np

SIDE = 256
POINTS = 16  # per side of the box of a sample at 0.5x
BOUND_4X, BOUND_HALF = 45.0, 33.0
# Transitions of a small rendering are max(softness, 1.5 samples) wide (docs/bitstream-programs.md, 8.2), where a
# box filter would widen them all and the hard ones less: it costs the most where they are 3 px wide, or hard and
# 4 px apart.
BOUND_WIDE, BOUND_DENSE = 33.0, 33.0


def grid_period(px):
    """The nearest period the format has: frequencies are multiples of 2^-20 per pixel."""
    return 2.0**20 / round(2.0**20 / px)


def grid_turn(degrees):
    return round(degrees / 360 * 2**18) / 2.0**18


def edge(distance, softness):
    """+1 and -1 on the two sides, a cubic step `softness` px wide between them."""
    if softness == 0:
        return np.where(distance >= 0, 1.0, -1.0)
    t = np.clip(distance / (softness / 2), -1, 1)
    return (3 * t - t**3) / 2


def pulse(turns, duty, period, softness):
    """High in the first `duty` of every turn; `period` px long."""
    middle = turns - duty / 2
    return edge((duty / 2 - np.abs(middle - np.round(middle))) * period, softness)


def stripes(x, y, period, angle, phase, duty, softness):
    period, a = grid_period(period), 2 * np.pi * grid_turn(angle)
    turns = (x * np.cos(a) + y * np.sin(a)) / period + round(phase * 4096) / 4096
    return pulse(turns, round(duty * 4096) / 4096, period, softness)


def rings(x, y, cx, cy, period, phase, softness):
    period = grid_period(period)
    return pulse(np.hypot(x - cx, y - cy) / period + round(phase * 4096) / 4096, 0.5, period, softness)


def checkerboard(x, y, cell, cell2, angle, phase, softness):
    # A turn is two cells; bright in the first half of it.
    a, sides = 2 * np.pi * grid_turn(angle), (grid_period(cell), grid_period(cell2))
    u, v = x * np.cos(a) + y * np.sin(a), y * np.cos(a) - x * np.sin(a)
    first = pulse(u / (2 * sides[0]) + round(phase * 4096) / 4096, 0.5, 2 * sides[0], softness)
    return first * pulse(v / (2 * sides[1]), 0.5, 2 * sides[1], softness)


PICTURES = [
    # name, formula, parameters (softness in px, 0: hard), bound at 0.5x
    ("stripes, period 32, level", stripes,
     dict(period=32, angle=0, phase=0, duty=0.5, softness=1.5), BOUND_HALF),
    ("stripes, period 21.3, 17 deg", stripes,
     dict(period=21.3, angle=17, phase=0.25, duty=0.4, softness=2), BOUND_HALF),
    ("stripes, period 8, 63 deg", stripes,
     dict(period=8, angle=63, phase=0.125, duty=0.5, softness=1.5), BOUND_HALF),
    ("stripes, period 12, 140 deg, wide edges", stripes,
     dict(period=12, angle=140, phase=0.5, duty=0.5, softness=3), BOUND_WIDE),
    ("stripes, period 16, 30 deg, hard", stripes,
     dict(period=16, angle=30, phase=0.75, duty=0.5, softness=0), BOUND_HALF),
    ("stripes, period 8, 75 deg, hard", stripes,
     dict(period=8, angle=75, phase=0, duty=0.5, softness=0), BOUND_DENSE),
    ("rings, centred, period 24", rings, dict(cx=0, cy=0, period=24, phase=0, softness=1.5), BOUND_HALF),
    ("rings, off centre, period 10", rings,
     dict(cx=37.5, cy=-52.25, period=10, phase=0.25, softness=1.5), BOUND_HALF),
    ("rings, centre outside, period 16, wide edges", rings,
     dict(cx=-170, cy=60, period=16, phase=0, softness=3), BOUND_WIDE),
    ("rings, off centre, period 20, hard", rings,
     dict(cx=-20.5, cy=11, period=20, phase=0.5, softness=0), BOUND_HALF),
    ("checkerboard, 16 px, level", checkerboard,
     dict(cell=16, cell2=16, angle=0, phase=0, softness=1.5), BOUND_HALF),
    ("checkerboard, 20 x 13 px, 25 deg", checkerboard,
     dict(cell=20, cell2=13, angle=25, phase=0.125, softness=1.5), BOUND_HALF),
    ("checkerboard, 8 px, 40 deg", checkerboard,
     dict(cell=8, cell2=8, angle=40, phase=0.25, softness=1.5), BOUND_HALF),
    ("checkerboard, 12 px, 10 deg, hard", checkerboard,
     dict(cell=12, cell2=12, angle=10, phase=0, softness=0), BOUND_HALF),
]


def sampled(formula, parameters, scale):
    """At the centres of the pixels of a picture of `scale` times the size, grey levels."""
    at = (np.arange(round(SIDE * scale)) + 0.5) / scale - SIDE / 2
    x, y = np.meshgrid(at, at)
    return 127.5 + 127.5 * formula(x, y, **parameters)


def draw(formula, parameters, scale):
    return np.clip(np.floor(sampled(formula, parameters, scale) + 0.5), 0, 255)


def box(picture, side):
    height, width = (n // side for n in picture.shape)
    return picture.reshape(height, side, width, side).mean((1, 3))


def psnr(a, b):
    error = np.mean((a - b) ** 2)
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


def read_pgm(path):
    kind, size, depth, data = path.read_bytes().split(b"\n", 3)
    assert (kind, depth) == (b"P5", b"255"), path
    width, height = map(int, size.split())
    return np.frombuffer(data, np.uint8).reshape(height, width).astype(float)


def measure(tool, folder, formula, parameters):
    original = draw(formula, parameters, 1)
    source, file, out = folder / "in.pgm", folder / "in.pc15", folder / "out.pgm"
    source.write_bytes(b"P5\n%d %d\n255\n" % (SIDE, SIDE) + original.astype(np.uint8).tobytes())
    subprocess.run([tool, "encode", "--no-residual", "--quality", "90", source, file], check=True)
    decoded = {}
    for scale in ("1", "4", "0.5"):
        subprocess.run([tool, "decode", "--scale", scale, file, out], check=True)
        decoded[scale] = read_pgm(out)
    areas = box(sampled(formula, parameters, POINTS / 2), POINTS)
    return (file.stat().st_size, psnr(decoded["1"], original), psnr(decoded["4"], draw(formula, parameters, 4)),
            psnr(decoded["0.5"], areas), psnr(decoded["0.5"], box(original, 2)))


def cpu_seconds(command):
    """User and system time of a process, the least of nine runs."""
    least = float("inf")
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def time_files(tool, files):
    scales = ("0.25", "0.5", "1", "2", "4")
    print("%-30s" % "CPU s, one thread" + "".join("%8s" % (s + "x") for s in scales))
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            times = [cpu_seconds([tool, "decode", "--threads", "1", "--format", "pnm", "--scale", s, file,
                                  pathlib.Path(folder) / "out"]) for s in scales]
            print("%-30s" % pathlib.Path(file).name + "".join("%8.3f" % t for t in times), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.environ.get("PC15_TOOL", "pc15"))
    parser.add_argument("--time", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.time:
        time_files(arguments.tool, arguments.time)
        return 0
    low = 0
    print("%-46s %5s %7s %7s %7s %7s" % ("picture, %d x %d" % (SIDE, SIDE), "bytes", "1x", "4x", "0.5x", "of 1x"))
    with tempfile.TemporaryDirectory() as folder:
        for name, formula, parameters, bound in PICTURES:
            figures = measure(arguments.tool, pathlib.Path(folder), formula, parameters)
            below = figures[3] < bound or (parameters["softness"] > 0 and figures[2] < BOUND_4X)
            low += below
            print("%-46s %5d %7.2f %7.2f %7.2f %7.2f" % (name, *figures) + ("  below" if below else ""), flush=True)
    print("dB; %d of %d below their bounds" % (low, len(PICTURES)))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
