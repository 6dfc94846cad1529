#!/usr/bin/env python3
"""More quality never gives fewer bytes nor a lower SSIM: a small sweep of pictures of all sorts of sizes.

bench/rate_control.py is the large one: 40 qualities of a folder of images.
"""
import os
import pathlib
import sys
import tempfile

import cli_support as s

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import rate_control  # noqa: E402


def pictures(folder):
    for name, picture in (("mixed", s.test_picture(203, 150, 3)), ("grey", s.test_picture(131, 77, 1)),
                          ("alpha", s.test_picture(90, 70, 4)), ("thin", s.test_picture(257, 3, 3)),
                          ("one", s.test_picture(1, 1, 3))):
        path = pathlib.Path(folder, name + ".png")
        path.write_bytes(s.png_bytes(picture))
        yield path
    yield ROOT / "samples/parrots.png"


def main():
    rate_control.self_test()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in pictures(folder):
            points = [rate_control.measure(os.environ["PC15_TOOL"], path, [], q) for q in rate_control.sweep(5)]
            falls = list(rate_control.violations(points))
            for what, low, high in falls:
                print(f"{path.stem}: {what} falls from {low} to {high}")
            # A sweep of equal files would prove nothing; a single pixel has too little to lose.
            flat = path.stem != "one" and not points[0]["bytes"] < points[2]["bytes"] < points[4]["bytes"]
            if flat:
                print(f"{path.stem}: the quality changes nothing: {points}")
            failed += bool(falls or flat)
            passed += not (falls or flat)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
