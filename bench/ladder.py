#!/usr/bin/env python3
"""Time and rate of the efforts of pc15, beside avifenc.

    bench/ladder.py --images path/to/kodak --only '0[158].png' [--efforts 1,3,5] [--jobs 2]

Every effort encodes every image at four qualities with one thread. BD-rate is against effort 5 (PSNR-Y and SSIM, as in
rate_distortion.py); time is CPU time against `avifenc -j 1 -s 6` at the same PSNR-Y, interpolated between its files,
mean over the points that lie inside them. Prints a Markdown table.

Times of several jobs disturb each other: compare within one run alone.
"""
import argparse
import pathlib
import shlex

import numpy as np

import rd_codecs
import rd_curves
import rd_measure

QUALITIES = [20, 40, 60, 80]
AVIF_QUALITIES = [57, 51, 44, 36, 27, 18]


def codec(name, tool):
    found = dict(rd_codecs.find(name, shlex.quote(tool)))
    found["qualities"] = AVIF_QUALITIES if name == "avif" else QUALITIES
    return found


def time_ratio(points, name):
    """Mean of CPU time over that of AVIF at equal PSNR-Y."""
    ratios = []
    for p in points:
        if p["codec"] != name:
            continue
        peer = sorted((a["psnr_y"], a["encode_s"]) for a in points if a["codec"] == "avif" and a["image"] == p["image"])
        quality, seconds = zip(*peer)
        if quality[0] <= p["psnr_y"] <= quality[-1]:
            ratios.append(p["encode_s"] / np.interp(p["psnr_y"], quality, seconds))
    return np.mean(ratios)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", required=True, type=pathlib.Path, help="folder of PNG files")
    parser.add_argument("--only", default="*.png", help="file pattern in that folder")
    parser.add_argument("--tool", default="build/release/bin/pc15", help="the pc15 tool")
    parser.add_argument("--efforts", default="1,2,3,4,5,6,7,8,9", help="which, with 5 among them")
    parser.add_argument("--arguments", default="", help="more arguments for pc15 encode")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    images = sorted(args.images.glob(args.only))
    if not images:
        raise SystemExit(f"no {args.only} in {args.images}")
    names = [f"pc15-e{e}" for e in args.efforts.split(",")]
    codecs = {name: codec(name, str(pathlib.Path(args.tool).resolve())) for name in ["avif", *names]}
    for name in names:
        codecs[name]["encode"] += " " + args.arguments
    points = rd_measure.collect(images, codecs, False, args.jobs)
    rows = rd_curves.bd_rows(points, names, "pc15-e5")
    print("| effort | BD-rate PSNR-Y | SSIM | time / avifenc speed 6 | MP/s |\n|---|---|---|---|---|")
    for name in names:
        rate = [np.mean([r["bd_rate_percent"] for r in rows if r["codec"] == name and r["measure"] == m] or [0])
                for m in ("psnr_y", "ssim")]
        own = [p for p in points if p["codec"] == name]
        speed = sum(p["pixels"] for p in own) / 1e6 / sum(p["encode_s"] for p in own)
        print(f"| {name[-1]} | {rate[0]:+.2f} % | {rate[1]:+.2f} % | {time_ratio(points, name):.2f} | {speed:.2f} |")


if __name__ == "__main__":
    main()
