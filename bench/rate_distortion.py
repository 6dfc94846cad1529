#!/usr/bin/env python3
"""Rate against distortion of pc15 and its peers, through their command lines.

  rate_distortion.py --images DIR --codecs jpeg,webp,avif,jxl,pc15 --anchor jpeg --out DIR
  rate_distortion.py --self-test

Each image is encoded at every quality of every codec, decoded again and compared with the original. The result is
points.csv (one line per file), bd_rate.csv (one per image and codec) and two tables. Definitions in README.md.
"""
import argparse
import concurrent.futures
import csv
import pathlib
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

import rd_codecs
import rd_math

POINT_FIELDS = ["image", "codec", "quality", "bytes", "bpp", "psnr_y", "ssim", "encode_s", "decode_s"]
BD_FIELDS = ["image", "codec", "anchor", "measure", "bd_rate_percent", "overlap"]


def load(path, gray):
    with Image.open(path) as image:
        pixels = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
    return np.rint(rd_math.luma(pixels)).astype(np.uint8) if gray and pixels.ndim == 3 else pixels


def run(template, values):
    """Runs a command; returns the CPU seconds of the child."""
    words = [word.format_map(values) for word in shlex.split(template)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=900)
    if done.returncode != 0:
        raise RuntimeError(f"{shlex.join(words)}: exit {done.returncode}: {done.stderr[-300:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(path, name, codec, gray):
    """All points of one image and codec."""
    original = load(path, gray)
    plane = rd_math.luma(original)
    pnm = "pgm" if original.ndim == 2 else "ppm"
    chroma = dict(samp="1x1", yuv="400") if original.ndim == 2 else dict(samp="2x2", yuv="420")
    points = []
    with tempfile.TemporaryDirectory(prefix="pc15-rd-") as folder:
        source = pathlib.Path(folder, "source." + (pnm if codec["reads"] == "pnm" else "png"))
        decoded = pathlib.Path(folder, "decoded." + (pnm if codec["writes"] == "pnm" else "png"))
        coded = pathlib.Path(folder, "coded." + {"jpeg": "jpg"}.get(name, name.split("-")[0]))
        Image.fromarray(original).save(source)
        for quality in codec["qualities"]:
            encode_s = run(codec["encode"], {"in": source, "out": coded, "q": quality, **chroma})
            decode_s = run(codec["decode"], {"in": coded, "out": decoded, **chroma})
            size = coded.stat().st_size
            result = rd_math.luma(load(decoded, gray))
            if result.shape != plane.shape:
                raise RuntimeError(f"{name} changed the size of {path.name}: {plane.shape} to {result.shape}")
            points.append(dict(image=path.stem, codec=name, quality=quality, bytes=size, bpp=8 * size / plane.size,
                               psnr_y=rd_math.psnr(plane, result), ssim=rd_math.ssim(plane, result),
                               encode_s=encode_s, decode_s=decode_s, pixels=plane.size))
    return points


def bd_rows(points, names, anchor):
    rows = []
    for image in sorted({p["image"] for p in points}):
        for name in names:
            for measure_name, value in (("psnr_y", lambda p: p["psnr_y"]), ("ssim", lambda p: rd_math.ssim_db(p["ssim"]))):
                curves = [[(p["bpp"], value(p)) for p in points if p["image"] == image and p["codec"] == codec]
                          for codec in (anchor, name)]
                result = rd_math.bd_rate(*curves) if name != anchor else None
                if result is not None:
                    rows.append(dict(image=image, codec=name, anchor=anchor, measure=measure_name,
                                     bd_rate_percent=result[0], overlap=result[1]))
    return rows


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

    print("\nMean over the images per quality")
    print(f"{'codec':<10}{'quality':>8}{'bpp':>8}{'PSNR-Y':>9}{'SSIM':>9}{'enc MP/s':>10}{'dec MP/s':>10}")
    for name in names:
        for quality in sorted({p["quality"] for p in points if p["codec"] == name}):
            same = [p for p in points if p["codec"] == name and p["quality"] == quality]
            mean = {k: np.mean([p[k] for p in same]) for k in ("bpp", "psnr_y", "ssim")}
            speed = [sum(p["pixels"] for p in same) / 1e6 / max(sum(p[k] for p in same), 1e-9)
                     for k in ("encode_s", "decode_s")]
            print(f"{name:<10}{quality:>8}{mean['bpp']:>8.3f}{mean['psnr_y']:>9.2f}{mean['ssim']:>9.4f}"
                  f"{speed[0]:>10.2f}{speed[1]:>10.2f}")


def write_csv(path, fields, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=pathlib.Path, help="folder of PNG files")
    parser.add_argument("--only", default="*.png", help="file pattern in that folder")
    parser.add_argument("--codecs", default="jpeg,pc15")
    parser.add_argument("--anchor", default="jpeg")
    parser.add_argument("--tool", default=str(pathlib.Path(__file__).resolve().parents[1] / "build/release/bin/pc15"),
                        help="the pc15 program")
    parser.add_argument("--gray", action="store_true", help="luma only: the inputs become 8-bit grey")
    parser.add_argument("--jobs", type=int, default=1, help="images measured at a time; 1 for quotable times")
    parser.add_argument("--out", type=pathlib.Path, help="folder for the CSV files")
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
    missing = [name for name, codec in chosen.items() if shutil.which(shlex.split(codec["encode"])[0]) is None]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)} (Debian: libjpeg-turbo-progs webp libavif-bin "
                         "libjxl-tools; pc15: scripts/demo or --tool)")

    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        tasks = {pool.submit(measure, path, name, chosen[name], options.gray): (path, name)
                 for path in images for name in names}
        points = []
        for count, task in enumerate(concurrent.futures.as_completed(tasks), 1):
            points += task.result()
            if sys.stderr.isatty():
                print(f"\r{count}/{len(tasks)}", end="", file=sys.stderr)
    points.sort(key=lambda p: (p["image"], names.index(p["codec"]), p["bpp"]))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    rows = bd_rows(points, names, options.anchor)
    print_tables(points, rows, names, options.anchor)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_csv(options.out / "points.csv", POINT_FIELDS, points)
        write_csv(options.out / "bd_rate.csv", BD_FIELDS, rows)
        print(f"\n{options.out}/points.csv, {options.out}/bd_rate.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
