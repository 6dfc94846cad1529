#!/usr/bin/env python3
"""Exact sizes and hashes of encoded pictures.

  regression.py            compares the tool named by PC15_TOOL with regression.tsv; prints every difference
  regression.py --update   writes regression.tsv anew: read the diff before you commit it

PC15_REGRESSION_EVERY=3 in the environment checks every third row only: builds with sanitizers do.

A row is image x preset: bytes of the file, first 16 hex digits of its SHA-256, the same of its decoded pixels (as
PAM), and PSNR-Y. A change of `pixels` alone would break old files: the decoder is frozen. The pictures are small,
made here from integers. The encoder decides in floating point: another C library may choose otherwise, the
decoder never does.
"""

import hashlib
import json
import os
import pathlib
import sys
import tempfile

import cli_support as s

TABLE = pathlib.Path(__file__).with_name("regression.tsv")
COLUMNS = ("image", "preset", "bytes", "file", "pixels", "psnr_y")
PRESETS = {
    "default": [],
    "q20": ["--quality", "20"],
    "q90-444": ["--quality", "90", "--chroma", "444"],
    "gray": ["--gray"],
    "fast": ["--effort", "1"],
    "no-residual": ["--no-residual"],
    "no-procedural": ["--no-procedural"],
    "lossless": ["--lossless"],
    "small-grid": ["--tile", "64", "--overlap", "16", "--cell", "128", "--no-compact"],
}


def hash32(n):
    n = (n ^ (n >> 16)) * 0x7FEB352D & 0xFFFFFFFF
    n = (n ^ (n >> 15)) * 0x846CA68B & 0xFFFFFFFF
    return n ^ (n >> 16)


def make(width, height, channels, value):
    data = bytearray()
    for y in range(height):
        for x in range(width):
            data += bytes(max(0, min(255, v)) for v in value(x, y))
    return s.Picture(width, height, channels, data)


def images():
    yield "flat", make(64, 64, 3, lambda x, y: (90, 140, 200))
    yield "slope", make(160, 96, 3, lambda x, y: (x + 20, 2 * y + 10, 200 - x))
    yield "stripes", make(192, 128, 1, lambda x, y: (210 if (3 * x + 2 * y) % 34 < 17 else 40,))
    yield "checker", make(160, 160, 3, lambda x, y: (230, 220, 60) if (x // 12 + y // 12) % 2 else (30, 40, 90))
    yield "noise", make(72, 40, 3, lambda x, y: [hash32(x + 977 * y + 40503 * c) % 256 for c in range(3)])
    yield "mixed", s.test_picture(300, 280, 3)
    yield "alpha", s.test_picture(90, 70, 4)
    yield "one-pixel", make(1, 1, 3, lambda x, y: (12, 200, 77))
    yield "thin", s.test_picture(257, 3, 1)


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def call(*args):
    done = s.run(*args)
    if done.returncode != 0:
        raise SystemExit(f"regression.py: {args}: {done.stderr.decode()}")
    return done.stdout


def measure(folder, every):
    """Every `every`-th row of the table."""
    number = -1
    for name, picture in images():
        source = folder / "in.png"
        source.write_bytes(s.png_bytes(picture))
        for preset, flags in PRESETS.items():
            number += 1
            if number % every != 0:
                continue
            file = folder / "out.pc15"
            call("encode", *flags, source, file)
            pixels = call("decode", "--format", "pam", file, "-")
            psnr = json.loads(call("metrics", "--json", source, file))["psnr_y"]
            data = file.read_bytes()
            shown = "exact" if psnr is None else f"{psnr:.2f}"
            yield [name, preset, str(len(data)), digest(data), digest(pixels), shown]


def main():
    update = sys.argv[1:] == ["--update"]
    if sys.argv[1:] and not update:
        raise SystemExit(__doc__)
    every = 1 if update else int(os.environ.get("PC15_REGRESSION_EVERY", "1"))
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(pathlib.Path(folder), every))
    if update:
        TABLE.write_text("".join("\t".join(row) + "\n" for row in [COLUMNS, *rows]))
        print(f"{len(rows)} rows written to {TABLE}")
        return
    expected = [line.split("\t") for line in TABLE.read_text().splitlines()][1::every]
    wrong = 0
    for old in expected:
        new = next((row for row in rows if row[:2] == old[:2]), None)
        if new != old:
            wrong += 1
            print("differs: " + " ".join(old) + "  now  " + (" ".join(new[2:]) if new else "missing"))
    for row in rows:
        if not any(row[:2] == old[:2] for old in expected):
            wrong += 1
            print("not in the table: " + " ".join(row))
    print(f"{len(rows) - wrong} passed, {wrong} failed")
    if wrong:
        raise SystemExit("After a wanted change: tests/regression/regression.py --update, and read the diff.")


if __name__ == "__main__":
    main()
