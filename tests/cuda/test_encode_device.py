#!/usr/bin/env python3
"""Files are the same bytes whether the processor or a device scores the candidates of the search: a crop of a
photograph and drawn pictures, efforts 3, 5 and 9, with and without a residual. The device is a real one or the
mock of the tests. PC15_REGRESSION_EVERY=3 in the environment checks every third case only."""

import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "regression"))
import cli_support as s  # noqa: E402


def drawn(width, height):
    """Turned stripes in colour over a slope."""
    data = bytearray()
    for y in range(height):
        for x in range(width):
            on = (5 * x + 3 * y) % 46 < 19
            data += bytes((60 + x, 200 if on else 90, 250 - y if on else 40))
    return s.Picture(width, height, 3, data)


def cases():
    photo = s.parse_png((ROOT / "samples" / "parrots.png").read_bytes()).crop(300, 130, 136, 121)
    tiles = ["--tile", "64", "--overlap", "8"]
    yield "photo", photo, ["--effort", "5", *tiles]
    yield "drawn", drawn(96, 80), ["--effort", "5", *tiles]
    yield "photo", photo.crop(30, 40, 45, 40), ["--effort", "3", "--no-residual", "--tile", "40", "--overlap", "0"]
    yield "drawn", drawn(48, 40), ["--effort", "9", "--tile", "48"]
    yield "photo", photo, ["--effort", "9", *tiles]
    yield "drawn", drawn(32, 32), ["--effort", "5", "--no-residual"]
    yield "photo", photo.crop(60, 70, 36, 30), ["--effort", "8", "--no-residual", "--tile", "40", "--overlap", "0"]


def encode(source, flags, device, out):
    done = s.run("encode", "--device", device, *flags, "--threads", "2", source, out)
    if done.returncode != 0:
        raise SystemExit(f"{flags} on {device}: {done.stderr.decode()}")
    return out.read_bytes()


def main():
    every = int(os.environ.get("PC15_REGRESSION_EVERY", "1"))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder, "in.png"), pathlib.Path(folder, "out.pc15")
        for number, (name, picture, flags) in enumerate(cases()):
            if number % every != 0:
                continue
            source.write_bytes(s.png_bytes(picture))
            if number == 0 and b"Manque: GPU CUDA" in s.run("encode", "--device", "cuda", source, out).stderr:
                print("no device")
                raise SystemExit(1 if "PC15_REQUIRE_CUDA" in os.environ else 77)
            wanted, got = encode(source, flags, "cpu", out), encode(source, flags, "cuda", out)
            print("differs:" if got != wanted else "same:", name, *flags, len(got), "bytes")
            wrong += got != wanted
    raise SystemExit(wrong != 0)


if __name__ == "__main__":
    main()
