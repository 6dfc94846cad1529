#!/usr/bin/env python3
"""Rate against distortion of pc15 and its peers, through their command lines.

  rate_distortion.py --images DIR --codecs jpeg,webp,avif,jxl,pc15 --anchor jpeg --out DIR
  rate_distortion.py --self-test

Each image is encoded at every quality of every codec, decoded again and compared with the original. The result is
points.csv (one line per file; an interrupted run goes on from it), bd_rate.csv (one line per image, codec and measure)
and three tables. Definitions in README.md; publish.py makes the published result.
"""
import argparse
import csv
import pathlib
import shlex
import sys

import numpy as np

import rd_codecs
import rd_curves
import rd_math
import rd_measure
import rd_run

BD_FIELDS = ["image", "codec", "anchor", "measure", "bd_rate_percent", "overlap"]


def print_tables(points, rows, names, anchor):
    others = [name for name in names if name != anchor]
    images = sorted({p["image"] for p in points})
    print(f"\nBD-rate against {anchor}, percent (negative: fewer bits at equal quality); PSNR-Y / SSIM")
    print(f"{'image':<24}" + "".join(f"{name:>18}" for name in others))

    def cell(chosen):
        means = [[r["bd_rate_percent"] for r in chosen if r["measure"] == m] for m in ("psnr_y", "ssim")]
        return " / ".join(f"{np.mean(m):+.1f}" if m else "-" for m in means)

    for image in images:
        print(f"{image:<24}" + "".join(
            f"{cell([r for r in rows if r['image'] == image and r['codec'] == name]):>18}" for name in others))
    print(f"{'mean of ' + str(len(images)):<24}" + "".join(
        f"{cell([r for r in rows if r['codec'] == name]):>18}" for name in others))
    overlaps = [[r["overlap"] for r in rows if r["codec"] == name and r["measure"] == "psnr_y"] for name in others]
    print(f"{'least overlap (PSNR-Y)':<24}" + "".join(f"{min(o):>18.2f}" if o else f"{'-':>18}" for o in overlaps))

    print("\nMean BD-rate over the images")
    print(f"{'codec':<10}" + "".join(f"{title:>13}" for title, _, _ in rd_measure.MEASURES.values()))
    for name in others:
        means = [[r["bd_rate_percent"] for r in rows if (r["codec"], r["measure"]) == (name, m)]
                 for m in rd_measure.MEASURES]
        print(f"{name:<10}" + "".join(f"{f'{np.mean(m):+.1f}' if m else '-':>13}" for m in means))

    print("\nMean over the images per quality")
    print(f"{'codec':<10}{'quality':>8}{'bpp':>8}{'PSNR-Y':>9}{'SSIM':>9}{'enc MP/s':>10}{'dec MP/s':>10}")
    for name in names:
        for quality in sorted({p["quality"] for p in points if p["codec"] == name}):
            same = [p for p in points if p["codec"] == name and p["quality"] == quality]
            mean = {k: np.mean([p[k] for p in same]) for k in ("bpp", "psnr_y", "ssim")}
            speed = [sum(p["pixels"] for p in same) / 1e6 / max(sum(p[k] for p in same), 1e-9)
                     for k in ("encode_s", "decode_s")]
            print(f"{name:<10}{quality:>8g}{mean['bpp']:>8.3f}{mean['psnr_y']:>9.2f}{mean['ssim']:>9.4f}"
                  f"{speed[0]:>10.2f}{speed[1]:>10.2f}")


def write_csv(path, fields, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=pathlib.Path, help="folder of PNG files")
    parser.add_argument("--only", default="*.png", help="file pattern in that folder")
    parser.add_argument("--codecs", default="jpeg,pc15")
    parser.add_argument("--anchor", default="jpeg")
    parser.add_argument("--tool", default=rd_run.TOOL, help="the pc15 program")
    parser.add_argument("--gray", action="store_true", help="luma only: the inputs become 8-bit grey")
    parser.add_argument("--jobs", type=int, default=1, help="images measured at a time; 1 for quotable times")
    parser.add_argument("--out", type=pathlib.Path, help="folder for the CSV files; points found there are not "
                        "measured again")
    parser.add_argument("--self-test", action="store_true", help="check the arithmetic and stop")
    return parser.parse_args()


def main():
    options = arguments()
    if options.self_test:
        rd_math.self_test()
        print("self-test: passed")
        return 0
    if options.images is None:
        raise SystemExit("--images is required")
    images = sorted(options.images.glob(options.only))
    if not images:
        raise SystemExit(f"no {options.only} in {options.images}")
    names = options.codecs.split(",")
    if options.anchor not in names:
        names.insert(0, options.anchor)
    chosen = {name: rd_codecs.find(name, shlex.quote(options.tool)) for name in names}
    rd_measure.check_installed(chosen)
    points = rd_measure.collect(images, chosen, options.gray, options.jobs,
                                options.out / "points.csv" if options.out else None)
    rows = rd_curves.bd_rows(points, names, options.anchor)
    print_tables(points, rows, names, options.anchor)
    if options.out:
        write_csv(options.out / "bd_rate.csv", BD_FIELDS, rows)
        print(f"\n{options.out}/points.csv, {options.out}/bd_rate.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
