#!/usr/bin/env python3
"""Recovery of programs from damaged pictures that another program drew.

Every class is drawn here in double precision from its definition (docs/bitstream-programs.md, chapter 8, in real
numbers), with random parameters, contrast and offset, without any code of the library, at three samples per pixel
and axis; it is blurred there (Gaussian, sigma 0 to 0.7 px) and averaged over the pixels. The picture to encode gets
noise (sigma 0.5 to 3 grey levels) and JPEG (quality 60 to 95) on top. `recovery pairs` encodes it without a residual,
decodes, and compares with the blurred clean picture.

    bench/recovery_images.py --recovery build/release/tools/recovery [--classes spiral,weave] [--count 50]

needs numpy and Pillow. Prints one row per class: share of instances above 35 and 30 dB, the median, the renders. "limit" is
the share whose own drawing, sharp and at pixel centres, is above 35 dB with the best contrast and offset: a program
does not blur, so where blur took waves of 3 px no program reaches more.
"""
import argparse
import collections
import io
import os
import statistics
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image

TURN = 2 * np.pi
SIDE = 128
FINE = 3  # samples per pixel and axis


class Draw:
    """Random parameters of one instance, and the geometry that the classes share."""

    def __init__(self, name, number):
        self.rng = np.random.default_rng([zlib.crc32(name.encode()), number])
        axis = (np.arange(FINE * SIDE) + 0.5) / FINE - SIDE / 2
        self.x, self.y = np.meshgrid(axis, axis)

    def uniform(self, low, high):
        return self.rng.uniform(low, high)

    def log(self, low, high):
        return low * (high / low) ** self.rng.uniform()

    def pick(self, *values):
        return values[self.rng.integers(len(values))]

    def wave(self, period, angle, phase=None):
        """Phase in turns of a plane wave."""
        p = self.uniform(0, 1) if phase is None else phase
        return (self.x * np.cos(angle) + self.y * np.sin(angle)) / period + p

    def angle(self):
        return self.uniform(0, TURN)

    def centre(self, reach):
        cx, cy = self.uniform(-reach, reach), self.uniform(-reach, reach)
        return self.x - cx * SIDE, self.y - cy * SIDE


def edge(distance, width):
    """-1 to 1 across `width` px, smooth; positive inside."""
    t = np.clip(2 * distance / np.maximum(width, 1e-9), -1, 1)
    return t * (1.5 - 0.5 * t * t)


def near(phase):
    """Distance to the nearest whole turn, turns."""
    return np.abs(phase - np.round(phase))


def pulse(phase, duty, turn_px, soft):
    return edge((duty / 2 - near(phase - duty / 2)) * turn_px, soft)


def sine(phase):
    return np.sin(TURN * phase)


def soft(d):
    return d.uniform(0.5, 3)


def stripes_sin(d):
    return sine(d.wave(d.log(6, 50), d.angle()))


def stripes_pulse(d):
    period = d.log(8, 50)
    return pulse(d.wave(period, d.angle()), d.uniform(0.2, 0.8), period, soft(d))


def plaid(d):
    a = d.angle()
    return (sine(d.wave(d.log(6, 40), a)) + sine(d.wave(d.log(6, 40), a + d.uniform(0.15, 0.35) * TURN))) / 2


def moire(d):
    a, period = d.angle(), d.log(6, 24)
    other = d.wave(period * d.uniform(0.75, 1.33), a + d.uniform(0.03, 0.2) * TURN)
    return sine(d.wave(period, a)) * sine(other)



def stripes_multiscale(d):
    phase, octaves, gain = d.wave(d.log(24, 80), d.angle()), d.pick(2, 3, 4), d.uniform(0.3, 0.8)
    weights = gain ** np.arange(octaves)
    return sum(w * sine(phase * 2 ** k) for k, w in enumerate(weights)) / weights.sum()


def checker(d):
    a, p, q, s = d.angle(), d.log(8, 30), d.log(8, 30), soft(d)
    first, second = d.wave(2 * p, a), d.wave(2 * q, a + TURN / 4)
    return edge((0.25 - near(first - 0.25)) * 2 * p, s) * edge((0.25 - near(second - 0.25)) * 2 * q, s)


def axes(d, low, high, aspect, skewed):
    a, p = d.angle(), d.log(low, high)
    q = p * d.log(1 / aspect, aspect)
    skew = d.uniform(-0.05, 0.05) * TURN if skewed else 0
    return d.wave(p, a), d.wave(q, a + TURN / 4 + skew), p, q, skew


def lattice(d):
    first, second, p, q, _ = axes(d, 12, 40, 1.6, True)
    half = d.uniform(0.08, 0.2) * min(p, q)
    return edge(half - np.minimum(near(first) * p, near(second) * q), soft(d))


def dots(d):
    first, second, p, q, skew = axes(d, 12, 40, 1.6, True)
    x, t = (first - np.round(first)) * p, (second - np.round(second)) * q
    y = (t + x * np.sin(skew)) / np.cos(skew)
    return edge(d.uniform(0.15, 0.38) * min(p, q) - np.hypot(x, y), soft(d))


def strand(across, along, px, half, width, opposite):
    distance = near(across)
    odd = distance > 0.25
    cover = (1 + edge(half - np.where(odd, 0.5 - distance, distance) * px, width)) / 2
    height = np.cos(TURN * along) * np.where(odd != opposite, -1, 1)
    return (height + 1) * cover - 1


def weave(d):
    a, p, width = d.angle(), d.log(10, 30), soft(d)
    q = p * d.log(0.7, 1.4)
    first, second = d.wave(2 * p, a), d.wave(2 * q, a + TURN / 4)
    half = d.uniform(0.25, 0.45) * min(p, q)
    return np.maximum(strand(second, first, 2 * q, half, width, False),
                      strand(first, second, 2 * p, half, width, True))


def hex_grid(d):
    a, side, width = d.angle(), d.log(12, 40), soft(d)
    px, py = d.uniform(0, side), d.uniform(0, side)
    u = (d.x * np.cos(a) + d.y * np.sin(a)) + px
    v = (-d.x * np.sin(a) + d.y * np.cos(a)) + py
    second = v / (side * np.sqrt(0.75))  # centres at i (side, 0) + j (side / 2, side sqrt(3) / 2)
    first = u / side - second / 2
    border = np.full(u.shape, -1e9)
    for i in range(2):
        for j in range(2):
            f, s = first - np.floor(first) - i, second - np.floor(second) - j
            qx, qy = (f + s / 2) * side, s * side * np.sqrt(0.75)
            reach = np.max([np.abs(qx * np.cos(t) + qy * np.sin(t)) for t in (0, TURN / 6, TURN / 3)], axis=0)
            border = np.maximum(border, side / 2 - reach)
    return edge(d.uniform(0.05, 0.15) * side - border, width)


def brick(d):
    a, high, width = d.angle(), d.log(10, 28), soft(d)
    long = high * d.uniform(1.4, 3)
    rows = d.wave(high, a + TURN / 4)
    shift = d.pick(8, 8, 8, 4, 5, 6) / 16
    columns = d.wave(long, a) + shift * np.floor(rows)
    return edge(np.minimum(near(columns) * long, near(rows) * high) - d.uniform(0.06, 0.15) * high, width)


def rings(d):
    dx, dy = d.centre(0.7)
    period = d.log(8, 36)
    return pulse(np.hypot(dx, dy) / period + d.uniform(0, 1), d.uniform(0.25, 0.75), period, soft(d))


def waves_circ(d):
    dx, dy = d.centre(0.7)
    return sine(np.hypot(dx, dy) / d.log(8, 36) + d.uniform(0, 1))


def ripple(d):
    dx, dy = d.centre(0.4)
    r = np.hypot(dx, dy)
    return sine(r / d.log(8, 30) + d.uniform(0, 1)) * np.exp(-r / d.log(30, 200))


def spiral(d):
    dx, dy = d.centre(0.4)
    r, period, arms = np.hypot(dx, dy), d.log(10, 36), d.pick(-6, -4, -3, -2, -1, 1, 2, 3, 4, 6)
    phase = r / period + arms * np.arctan2(dy, dx) / TURN + d.uniform(0, 1)
    if d.pick(0, 1):
        return sine(phase)
    px = np.minimum(period, TURN * r / abs(arms))
    return pulse(phase, d.uniform(0.3, 0.7), px, soft(d))


def sunburst(d):
    dx, dy = d.centre(0.4)
    r, arms = np.hypot(dx, dy), int(d.uniform(3, 21))
    phase = arms * np.arctan2(dy, dx) / TURN + d.uniform(0, 1)
    if d.pick(0, 1):
        return sine(phase)
    return pulse(phase, d.uniform(0.3, 0.7), TURN * r / arms, soft(d))


def polar_checker(d):
    dx, dy = d.centre(0.4)
    r, arms, period, width = np.hypot(dx, dy), int(d.uniform(3, 17)), d.log(14, 48), soft(d)
    ring = pulse(r / period + d.uniform(0, 1), 0.5, period, width)
    return ring * pulse(arms * np.arctan2(dy, dx) / TURN + d.uniform(0, 1), 0.5, TURN * r / arms, width)


def concentric_squares(d):
    dx, dy = d.centre(0.4)
    a, period = d.angle(), d.log(8, 32)
    m = np.maximum(np.abs(dx * np.cos(a) + dy * np.sin(a)), np.abs(dy * np.cos(a) - dx * np.sin(a)))
    phase = m / period + d.uniform(0, 1)
    return sine(phase) if d.pick(0, 1) else pulse(phase, d.uniform(0.3, 0.7), period, soft(d))


def grad_linear(d):
    a, length = d.angle(), d.uniform(0.5, 1.2) * SIDE
    t = np.clip(2 * (d.x * np.cos(a) + d.y * np.sin(a) - d.uniform(-20, 20)) / length, -1, 1)
    return t * (1.5 - 0.5 * t * t) if d.pick(0, 1) else t


def grad_radial(d):
    dx, dy = d.centre(0.5)
    t = np.clip(1 - 2 * np.hypot(dx, dy) / (d.uniform(0.5, 1.5) * SIDE), -1, 1)
    return t * (1.5 - 0.5 * t * t) if d.pick(0, 1) else t


def gabor(d):
    dx, dy = d.centre(0.25)
    a, s = d.angle(), d.log(8, 30)
    aspect = d.log(0.5, 2)
    u, v = dx * np.cos(a) + dy * np.sin(a), dy * np.cos(a) - dx * np.sin(a)
    period = d.log(8, 2.5 * s) if s > 5 else 8
    return np.exp(-(u * u / (s * s) + v * v / (s * s * aspect * aspect)) / 2) * sine(u / period + d.uniform(0, 1))


def waves_bend(d):
    a, period, period2 = d.angle(), d.log(8, 24), d.log(30, 110)
    bend = d.uniform(0.15, 0.8) * period
    across = d.wave(period2, a + TURN / 4)
    return sine(d.wave(period, a) + bend * sine(across) / period)


def swirl(d):
    dx, dy = d.centre(0.25)
    r = np.hypot(dx, dy)
    radius, strength = d.uniform(50, 120), d.rng.integers(10, 52) / 64 * d.pick(-1, 1) * TURN  # the format's steps
    turn = strength * np.maximum(0, 1 - (r / radius) ** 2) ** 2
    x, y = dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn)
    a = d.angle()
    return sine((x * np.cos(a) + y * np.sin(a)) / d.log(10, 30) + d.uniform(0, 1))


CLASSES = [stripes_sin, stripes_pulse, plaid, moire, stripes_multiscale, checker, lattice, dots, weave, hex_grid, brick,
           rings, waves_circ, ripple, spiral, sunburst, polar_checker, concentric_squares, grad_linear, grad_radial,
           gabor, waves_bend, swirl]
NAMED = {c.__name__: c for c in CLASSES}


def to_pixels(image, sigma):
    """Blurred by `sigma` pixels and averaged over the pixels."""
    if sigma >= 0.05:
        t = np.arange(-8, 9) / FINE
        kernel = np.exp(-t * t / (2 * sigma * sigma))
        kernel /= kernel.sum()
        padded = np.pad(image, 8, mode="edge")
        rows = sum(k * padded[:, i:i + image.shape[1]] for i, k in enumerate(kernel))
        image = sum(k * rows[i:i + image.shape[0], :] for i, k in enumerate(kernel))
    return image.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))


def to_bytes(image):
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def limit(value, clean):
    """PSNR of the drawing at pixel centres against the blurred picture, contrast and offset by least squares."""
    sharp = value[FINE // 2::FINE, FINE // 2::FINE].ravel()
    terms = np.stack([np.ones(sharp.size), sharp], 1)
    levels = np.linalg.lstsq(terms, clean.ravel(), rcond=None)[0]
    return 10 * np.log10(65025 / max(1e-9, np.mean((terms @ levels - clean.ravel()) ** 2)))


def instance(name, number):
    """The blurred clean picture, the damaged one, and what a sharp drawing could reach."""
    d = Draw(name, number)
    value = NAMED[name](d)
    contrast = d.uniform(25, 100) * d.pick(-1, 1)
    offset = d.uniform(abs(contrast) + 5, 250 - abs(contrast))
    clean = to_pixels(offset + contrast * value, d.uniform(0, 0.7))
    noisy = to_bytes(clean + d.rng.normal(0, d.uniform(0.5, 3), clean.shape))
    file = io.BytesIO()
    Image.fromarray(noisy).save(file, "JPEG", quality=int(d.uniform(60, 96)))
    return to_bytes(clean), np.array(Image.open(file)), limit(value, clean)


def write_pgm(path, image):
    with open(path, "wb") as out:
        out.write(b"P5 %d %d 255\n" % (image.shape[1], image.shape[0]) + image.tobytes())


def measure(tool, folder, names, count, effort, jobs):
    """Rows (class, file, psnr, renders, seconds, bytes, found) of every instance, and per class the limits."""
    lists, limits = [[] for _ in range(jobs)], collections.defaultdict(list)
    for number in range(count):
        for name in names:
            clean, damaged, most = instance(name, number)
            limits[name].append(most)
            stem = os.path.join(folder, "%s-%02d" % (name, number))
            write_pgm(stem + ".clean.pgm", clean)
            write_pgm(stem + ".damaged.pgm", damaged)
            lists[number % jobs].append("%s %s.damaged.pgm %s.clean.pgm" % (name, stem, stem))
    running = []
    for k, lines in enumerate(lists):
        path = os.path.join(folder, "list%d" % k)
        with open(path, "w") as out:
            out.write("\n".join(lines) + "\n")
        running.append(subprocess.Popen([tool, "pairs", path, str(effort)], stdout=subprocess.PIPE, text=True))
    rows = []
    for process in running:
        text, _ = process.communicate()
        if process.returncode != 0:
            sys.exit("recovery pairs failed")
        rows += [line.split() for line in text.splitlines()]
    return rows, limits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recovery", required=True, help="the developer's tool `recovery`")
    parser.add_argument("--classes", default=",".join(NAMED), help="comma-separated")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--effort", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", help="write the pictures to this folder and keep them")
    parser.add_argument("--list", action="store_true", help="also one line per instance below 35 dB")
    options = parser.parse_args()
    names = options.classes.split(",")
    for name in names:
        if name not in NAMED:
            parser.error("unknown class %s; known are %s" % (name, ", ".join(NAMED)))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        rows, limits = measure(options.recovery, folder, names, options.count, options.effort, options.jobs)
    print("%-20s %7s %7s %7s %9s %9s %14s %8s %6s" %
          ("class", "> 35 dB", "limit", "> 30 dB", "median dB", "lowest dB", "renders med/p90", "ms", "bytes"))
    for name in names:
        mine = [r for r in rows if r[0] == name]
        psnr = [float(r[2]) for r in mine]
        renders = sorted(int(r[3]) for r in mine)
        found = collections.Counter(r[6] for r in mine).most_common(3)
        print("%-20s %5.0f %% %5.0f %% %5.0f %% %9.1f %9.1f %8d /%5d %8.0f %6.0f  %s" % (
            name, 100 * sum(p > 35 for p in psnr) / len(psnr),
            100 * sum(p > 35 for p in limits[name]) / len(limits[name]), 100 * sum(p > 30 for p in psnr) / len(psnr),
            statistics.median(psnr), min(psnr), statistics.median(renders), renders[int(0.9 * (len(renders) - 1))],
            1000 * statistics.median(float(r[4]) for r in mine), statistics.median(int(r[5]) for r in mine),
            " ".join("%s:%d" % f for f in found)))
        if options.list:
            for r in mine:
                if float(r[2]) <= 35:
                    print("    %s %s dB, found %s" % (os.path.basename(r[1]), r[2], r[6]))


if __name__ == "__main__":
    main()
