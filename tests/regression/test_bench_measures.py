#!/usr/bin/env python3
"""The benchmark's measures against those of `pc15 metrics`, which share no code with them, and where it is installed
against scikit-image. Grey pictures, because the tool rounds the luma of others; the colour PSNR on RGB."""
import json
import os
import pathlib
import sys
import tempfile

import numpy as np

import cli_support as s

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import rd_match  # noqa: E402
import rd_math  # noqa: E402

try:
    from skimage.metrics import structural_similarity
except ImportError:
    structural_similarity = None


def pair(width, height, channels, noise):
    picture = s.test_picture(width, height, channels)
    first = np.frombuffer(picture.data, np.uint8).reshape(height, width, channels)
    change = np.random.default_rng(width * height).integers(-noise, noise + 1, first.shape)
    return first, np.clip(first.astype(int) + change, 0, 255).astype(np.uint8)


def report(folder, *pixels):
    names = []
    for k, array in enumerate(pixels):
        names.append(pathlib.Path(folder, f"{k}.png"))
        names[-1].write_bytes(s.png_bytes(s.Picture(array.shape[1], array.shape[0], array.shape[2], array.tobytes())))
    return json.loads(s.run("metrics", "--json", *names).stdout)


def check(folder, width, height, noise):
    """What differs, as text."""
    first, second = pair(width, height, 1, noise)
    a, b = first[..., 0].astype(np.float64), second[..., 0].astype(np.float64)
    tool = report(folder, first, second)
    ssim, ms_ssim = rd_math.ssim_and_ms_ssim(a, b)
    found = [("PSNR", rd_math.psnr(a, b), tool["psnr_y"]), ("SSIM", ssim, tool["ssim_y"]),
             ("MS-SSIM", ms_ssim, tool["ms_ssim_y"])]
    if structural_similarity:
        found.append(("SSIM of scikit-image", ssim, structural_similarity(
            a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)))
    colours = pair(width, height, 3, noise)
    ours = rd_math.psnr(*(c.astype(np.float64) for c in colours))
    found.append(("PSNR-RGB", ours, report(folder, *colours)["psnr_rgb"]))
    return [f"{width} x {height}, {name}: {ours} and {theirs}" for name, ours, theirs in found
            if abs(ours - theirs) > 1e-9]


def main():
    failures = []
    rd_match.self_test()
    with tempfile.TemporaryDirectory() as folder:
        sizes = [(11, 11, 9), (64, 48, 3), (97, 23, 40), (180, 177, 12), (333, 181, 90)]
        for size in sizes:
            failures += check(folder, *size)
        exact = pair(40, 30, 1, 0)
        if report(folder, *exact)["psnr_y"] is not None or np.isfinite(rd_math.psnr(*(e * 1.0 for e in exact))):
            failures.append("equal pictures have no infinite PSNR")
    for failure in failures:
        print(failure)
    print(f"{len(sizes) + 1 - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    os.environ.setdefault("PC15_TOOL", "pc15")
    sys.exit(main())
