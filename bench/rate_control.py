#!/usr/bin/env python3
"""Is `quality` monotone? More quality must never give fewer bytes nor a lower SSIM.

  rate_control.py --images DIR                       40 qualities from 0 to 100 of every PNG in DIR
  rate_control.py --images DIR --values 8 --jobs 2   a coarser sweep
  rate_control.py --self-test

Every picture is encoded and decoded by the pc15 tool, and compared by `pc15 metrics` (rounded BT.601 luma). A fall of
either from one quality to the next is a violation; equal values are none. Prints every violation and exits with 1 if
there are any. With --out the points are kept in DIR/rate_control.csv, and a second run with the same tool goes on
where the first stopped. Needs Python alone.
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

import rd_run

FIELDS = ["image", "source", "tool", "flags", "quality", "bytes", "ssim", "psnr_y"]


def sweep(count):
    """`count` qualities from 0 to 100, whole numbers where that keeps them apart."""
    values = [100 * i / (count - 1) for i in range(count)]
    return [round(v) for v in values] if count <= 101 else values


def measure(tool, path, flags, quality):
    with tempfile.TemporaryDirectory(prefix="pc15-rc-") as folder:
        coded, decoded = pathlib.Path(folder, "o.pc15"), pathlib.Path(folder, "o.ppm")
        for command in ([tool, "encode", "--threads", "1", "--quality", str(quality), *flags, path, coded],
                        [tool, "decode", "--threads", "1", "--format", "pam", coded, decoded]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        report = json.loads(subprocess.run([tool, "metrics", "--json", path, decoded], check=True,
                                           stdout=subprocess.PIPE).stdout)
        psnr = report["psnr_y"] if report["psnr_y"] is not None else float("inf")
        return dict(quality=quality, bytes=coded.stat().st_size, ssim=report["ssim_y"], psnr_y=psnr)


def violations(points):
    """Falls between neighbours in quality: (measure, lower point, higher point)."""
    points = sorted(points, key=lambda p: float(p["quality"]))
    for low, high in zip(points, points[1:]):
        for name in ("bytes", "ssim"):
            if float(high[name]) < float(low[name]):
                yield name, low, high


def self_test():
    def curve(*rows):
        return [dict(quality=q, bytes=b, ssim=s) for q, b, s in rows]

    assert not list(violations(curve((0, 10, 0.1), (50, 10, 0.1), (100, 20, 1.0))))
    assert [v[0] for v in violations(curve((50, 9, 0.2), (0, 10, 0.1)))] == ["bytes"]
    assert [v[0] for v in violations(curve((0, 10, 0.3), (50, 11, 0.2), (100, 9, 0.1)))] == ["ssim", "bytes", "ssim"]
    rd_run.self_test()
    values = sweep(40)
    assert values[0] == 0 and values[-1] == 100 and len(set(values)) == 40


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=pathlib.Path, nargs="+", help="folders of PNG files, or PNG files")
    parser.add_argument("--values", type=int, default=40, help="how many qualities (default 40)")
    parser.add_argument("--tool", default=rd_run.TOOL, help="the pc15 program")
    parser.add_argument("--flags", default="", help="further flags of `pc15 encode`, such as '--gray --effort 3'")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, help="folder of the points")
    parser.add_argument("--self-test", action="store_true")
    return parser.parse_args()


def collect(options, images):
    """All points, by image."""
    store = rd_run.Store(options.out / "rate_control.csv" if options.out else None, FIELDS, FIELDS[1:5])
    tool = rd_run.fingerprint(options.tool)
    sources = {path: rd_run.file_hash(path) for path in images}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tasks = {}
        for path in images:
            for quality in sweep(options.values):
                key = dict(source=sources[path], tool=tool, flags=options.flags, quality=quality)
                if store.get(key) is None:
                    task = pool.submit(measure, options.tool, path, options.flags.split(), quality)
                    tasks[task] = dict(key, image=path.stem)
        for task in concurrent.futures.as_completed(tasks):
            store.add({**tasks[task], **task.result()})
    return {path: [store.get(dict(source=sources[path], tool=tool, flags=options.flags, quality=quality))
                   for quality in sweep(options.values)] for path in images}


def main():
    options = arguments()
    self_test()
    if options.self_test:
        print("self-test: passed")
        return 0
    if not options.images:
        raise SystemExit("--images is required")
    images = [p for given in options.images for p in (sorted(given.glob("*.png")) if given.is_dir() else [given])]
    if not images:
        raise SystemExit("no PNG files there")
    options.tool = rd_run.resolve(options.tool)
    bad, pairs = 0, 0
    for path, points in collect(options, images).items():
        pairs += len(points) - 1
        for name, low, high in violations(points):
            bad += 1
            print(f"{path.stem}: {name} falls from quality {low['quality']} to {high['quality']}: "
                  f"bytes {low['bytes']} to {high['bytes']}, SSIM {low['ssim']} to {high['ssim']}")
    print(f"{len(images)} images, {options.values} qualities: {pairs} steps, {bad} falls")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
